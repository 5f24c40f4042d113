using System.Text.Json;
using Microsoft.Extensions.Options;
using Spotify.Licensing;
using Spotify.Licensing.Jose;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Functions.Licenses.Devices;

/// <summary>A device that has proved the possession of its signing key.</summary>
/// <param name="DeviceId">The id, which follows from the signing key.</param>
/// <param name="Name">The name.</param>
/// <param name="Type">The type.</param>
/// <param name="SigningKey">The signing key, as a JSON Web Key in its canonical form.</param>
/// <param name="AgreementKey">The agreement key, as a JSON Web Key in its canonical form.</param>
internal sealed record ProvenDevice(string DeviceId, string Name, string Type, string SigningKey, string AgreementKey);

/// <summary>The challenges that devices sign to register, and the verification of what they sign.</summary>
internal sealed class DeviceChallenges(ILicenseKeys keys, IOptions<AccessTokenOptions> options, TimeProvider time)
{
    /// <summary>Issues a challenge for a user.</summary>
    /// <exception cref="LicenseKeysUnavailableException">The keys cannot be read.</exception>
    public (string Challenge, DateTimeOffset ExpiresAt) Issue(string userId) =>
        DeviceChallenge.Issue(options.Value.Issuer, userId, time.GetUtcNow(), JwsKey.Of(keys.Signing.Key));

    /// <summary>Verifies a registration: its keys, and the proof with a challenge for this user.</summary>
    /// <exception cref="ApiException">400: something is missing or invalid.</exception>
    /// <exception cref="LicenseKeysUnavailableException">The keys cannot be read.</exception>
    public ProvenDevice Verify(RegistrationRequest request, string userId)
    {
        var (name, type) = (DeviceName.Parse(request.Name), DeviceTypes.Parse(request.Type));
        var (signing, agreement) = (Key("signing_key", request.SigningKey), Key("agreement_key", request.AgreementKey));
        if (request.Proof is null) throw ApiException.BadRequest("Missing required field: proof");
        var trusted = keys.All.Select(key => JwsKey.Of(key.Key).PublicKey);
        if (!DeviceProof.TryVerify(request.Proof, signing, agreement, out var challenge, out var problem)
            || !DeviceChallenge.TryVerify(challenge, options.Value.Issuer, userId, time.GetUtcNow(), trusted, out problem))
            throw ApiException.BadRequest($"Invalid proof: {problem}");
        return new ProvenDevice(signing.ToDeviceId(), name, type, signing.ToJson(), agreement.ToJson());
    }

    private static P256PublicKey Key(string field, JsonElement? jwk) =>
        jwk is null ? throw ApiException.BadRequest($"Missing required field: {field}")
        : P256PublicKey.TryParse(jwk.Value, out var key, out var problem) ? key
        : throw ApiException.BadRequest($"Invalid {field}: it {problem}");
}
