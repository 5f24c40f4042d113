using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Spotify.Fixtures;
using Spotify.Licensing;
using Spotify.Licensing.Jose;

namespace Spotify.Client.Tests;

/// <summary>The test vectors of <c>functions/Licenses/FORMAT.md</c>, with the code of the service.</summary>
public sealed partial class OfflineFormatTests
{
    private const string Issuer = "https://music.example";

    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private static readonly IReadOnlyDictionary<string, string> Vectors = Vector().Matches(Repository.Read("functions/Licenses/FORMAT.md"))
        .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value.ReplaceLineEndings(""));

    private static readonly P256PublicKey[] Keys =
        [.. JsonDocument.Parse(Vectors["license-keys"]).RootElement.GetProperty("keys").EnumerateArray().Select(PublicKey)];

    [Fact]
    public void The_key_set_has_thumbprints_as_key_ids() => Assert.Equal(
        Keys.Select(key => key.Thumbprint),
        JsonDocument.Parse(Vectors["license-keys"]).RootElement.GetProperty("keys").EnumerateArray()
            .Select(key => key.GetProperty("kid").GetString()));

    [Fact]
    public void The_service_verifies_the_registration()
    {
        var (signing, agreement) = (PublicKey("signing-key"), PublicKey("agreement-key"));

        Assert.Equal(Vectors["signing-thumbprint"], signing.Thumbprint);
        Assert.Equal(Vectors["device-id"], signing.ToDeviceId());
        Assert.Equal(Vectors["agreement-thumbprint"], agreement.Thumbprint);
        Assert.True(DeviceProof.TryVerify(Vectors["proof"], signing, agreement, out var challenge, out _));
        Assert.Equal(Vectors["challenge"], challenge);
        Assert.True(DeviceChallenge.TryVerify(challenge, Issuer, "ada", Time, Keys, out _));
    }

    [Fact]
    public void The_service_encrypts_the_object_alike()
    {
        var plain = Enumerable.Range(0, 70_000).Select(i => (byte)(i % 251)).ToArray();
        using var stream = new EncryptingStream(
            new MemoryStream(plain), plain.Length, Vectors["object"], Convert.FromHexString(Vectors["content-key"]));
        var encrypted = new byte[EncryptedAudio.Length(plain.Length)];
        stream.ReadExactly(encrypted);

        Assert.Equal(-1, stream.ReadByte());
        Assert.Equal(Vectors["encrypted-sha256"], Convert.ToHexStringLower(SHA256.HashData(encrypted)));
    }

    [Fact]
    public void The_service_signs_alike()
    {
        Assert.True(ServerTime.TryVerify(Vectors["server-time"], Issuer, Keys, out var time));
        Assert.Equal(Time, time);

        using var device = ECDiffieHellman.Create(Parameters("agreement-key"));
        Assert.True(LicenseReader.TryRead(Vectors["license"], Keys, device, out var license, out var contentKeys));
        Assert.Equal(Vectors["device-id"], license.DeviceId);
        Assert.Equal((7, Time, Time.AddDays(30)), (license.Serial, license.IssuedAt, license.ExpiresAt));
        var item = Assert.Single(license.Items);
        Assert.Equal(Vectors["object"], item.Object);
        Assert.Equal(Vectors["content-key"], Convert.ToHexStringLower(contentKeys[item.KeyId]));
    }

    private static P256PublicKey PublicKey(string name)
    {
        using var key = ECDsa.Create(Parameters(name));
        return P256PublicKey.Of(key);
    }

    private static P256PublicKey PublicKey(JsonElement jwk) => P256PublicKey.TryParse(jwk, out var key, out var problem)
        ? key
        : throw new FormatException(problem);

    private static ECParameters Parameters(string name)
    {
        var jwk = JsonDocument.Parse(Vectors[name]).RootElement;
        return new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Member("x"), Y = Member("y") },
            D = Member("d"),
        };

        byte[] Member(string member) => System.Buffers.Text.Base64Url.DecodeFromChars(jwk.GetProperty(member).GetString());
    }

    [GeneratedRegex(@"^```(json|text) (?<name>\S+)\n(?<value>[^`]+)```$", RegexOptions.Multiline)]
    private static partial Regex Vector();
}
