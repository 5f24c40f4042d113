using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Spotify.Licensing.Jose;

namespace Spotify.Licensing;

/// <summary>
/// A device's proof that it has the private part of its signing key: a signed message with the server's challenge and the thumbprint of
/// the device's other key, so that nobody else can register another agreement key for the signing key.
/// </summary>
public static class DeviceProof
{
    /// <summary>The <c>typ</c>.</summary>
    public const string Type = "device-proof+jwt";

    /// <summary>Signs a proof, as a device does.</summary>
    /// <param name="challenge">The server's challenge.</param>
    /// <param name="agreementKey">The device's key that receives content keys.</param>
    /// <param name="signingKey">The device's signing key.</param>
    public static string Sign(string challenge, P256PublicKey agreementKey, JwsKey signingKey) => CompactJws.Sign(
        Type,
        JsonSerializer.SerializeToUtf8Bytes(new(challenge, agreementKey.Thumbprint), LicensingJson.Default.ProofPayload),
        signingKey);

    /// <summary>Verifies a proof. The challenge in it remains to be verified.</summary>
    /// <param name="proof">The proof as received.</param>
    /// <param name="signingKey">The device's signing key.</param>
    /// <param name="agreementKey">The device's key that receives content keys.</param>
    /// <param name="challenge">The challenge that the device signed.</param>
    /// <param name="problem">The reason why the proof is not valid, as a sentence.</param>
    public static bool TryVerify(
        string proof, P256PublicKey signingKey, P256PublicKey agreementKey,
        [NotNullWhen(true)] out string? challenge, [NotNullWhen(false)] out string? problem)
    {
        (challenge, problem) = (null, null);
        if (signingKey == agreementKey) problem = "The agreement key must be another key than the signing key.";
        else if (!CompactJws.TryVerify(proof, Type, signingKey, out var json)
            || !LicensingJson.TryRead(json, LicensingJson.Default.ProofPayload, out var payload))
            problem = $"The proof is not a JWS with ES256 and the typ {Type}, signed by the signing key, over challenge and agreement_jkt.";
        else if (payload.AgreementJkt != agreementKey.Thumbprint)
            problem = "The agreement_jkt of the proof is not the thumbprint of the agreement key.";
        else challenge = payload.Challenge;
        return problem is null;
    }
}
