using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Spotify.Licensing;
using Spotify.Licensing.Jose;

namespace Spotify.Fixtures;

/// <summary>A device with its key pairs, which registers as an app does.</summary>
public sealed class OfflineDevice : IDisposable
{
    /// <summary>The path of the registered devices.</summary>
    public const string Path = "/v1/me/devices";

    /// <summary>The key pair that signs.</summary>
    public ECDsa SigningKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The key pair to which content keys are encrypted.</summary>
    public ECDiffieHellman AgreementKey { get; } = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The id that the service gives the device.</summary>
    public string Id => P256PublicKey.Of(SigningKey).ToDeviceId();

    /// <summary>Creates a device and registers it for the user of a client.</summary>
    public static async Task<OfflineDevice> RegisterAsync(HttpClient user, string name = "Phone")
    {
        var device = new OfflineDevice();
        using var response = await device.TryRegisterAsync(user, name);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return device;
    }

    /// <summary>Requests a challenge.</summary>
    public static async Task<string> ChallengeAsync(HttpClient user)
    {
        using var response = await user.PostAsync($"{Path}/challenges", null);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!.At("challenge")!;
    }

    /// <summary>Requests a challenge and sends the registration.</summary>
    /// <param name="user">The client of the user.</param>
    /// <param name="name">The name of the device.</param>
    /// <param name="change">Changes the body before it is sent.</param>
    public async Task<HttpResponseMessage> TryRegisterAsync(HttpClient user, string name = "Phone", Action<JsonObject>? change = null)
    {
        var body = Registration(name, await ChallengeAsync(user));
        change?.Invoke(body);
        return await user.PostAsJsonAsync(Path, body);
    }

    /// <summary>Returns the body of a registration.</summary>
    public JsonObject Registration(string name, string challenge) => new()
    {
        ["name"] = name,
        ["type"] = "smartphone",
        ["signing_key"] = JsonNode.Parse(P256PublicKey.Of(SigningKey).ToJson()),
        ["agreement_key"] = JsonNode.Parse(P256PublicKey.Of(AgreementKey).ToJson()),
        ["proof"] = Prove(challenge),
    };

    /// <summary>Returns the proof of the possession of the signing key.</summary>
    public string Prove(string challenge) => DeviceProof.Sign(challenge, P256PublicKey.Of(AgreementKey), JwsKey.Of(SigningKey));

    public void Dispose()
    {
        SigningKey.Dispose();
        AgreementKey.Dispose();
    }
}
