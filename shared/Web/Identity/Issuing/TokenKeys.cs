using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.IdentityModel.Tokens;

namespace Spotify.Web.Identity.Issuing;

/// <summary>A P-256 key that signs tokens.</summary>
public sealed class TokenKey
{
    /// <summary>Creates a key.</summary>
    /// <param name="key">The key pair.</param>
    public TokenKey(ECDsa key)
    {
        Key = key;
        var security = new ECDsaSecurityKey(key);
        security.KeyId = Base64UrlEncoder.Encode(security.ComputeJwkThumbprint());
        Credentials = new SigningCredentials(security, SecurityAlgorithms.EcdsaSha256);
        var parameters = key.ExportParameters(includePrivateParameters: false);
        PublicKey = new PublicKey(
            "EC", "sig", SecurityAlgorithms.EcdsaSha256, security.KeyId, "P-256",
            Base64UrlEncoder.Encode(parameters.Q.X), Base64UrlEncoder.Encode(parameters.Q.Y));
    }

    /// <summary>The key pair, which is not for concurrent use.</summary>
    public ECDsa Key { get; }

    /// <summary>The key with its algorithm.</summary>
    public SigningCredentials Credentials { get; }

    /// <summary>The public part, identified by its RFC 7638 thumbprint.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>Reads a key.</summary>
    /// <param name="pem">A private P-256 key in PEM.</param>
    /// <exception cref="FormatException">The text is no such key.</exception>
    public static TokenKey Parse(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            // Fails for a public key, which could not sign.
            var curve = key.ExportParameters(includePrivateParameters: true).Curve;
            if (curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value) return new TokenKey(key);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
        }

        key.Dispose();
        throw new FormatException("The text is not a private P-256 key in PEM.");
    }

    /// <summary>Returns a new key in PEM.</summary>
    public static string New()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }
}

/// <summary>A public key as a JSON Web Key.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc7517"/>
public sealed record PublicKey(string Kty, string Use, string Alg, string Kid, string Crv, string X, string Y);

/// <summary>A JSON Web Key Set.</summary>
public sealed record PublicKeySet(IReadOnlyList<PublicKey> Keys)
{
    /// <summary>Returns the public keys as JSON.</summary>
    public static string Json(IPublishedKeys keys) =>
        JsonSerializer.Serialize(new PublicKeySet([.. keys.All.Select(key => key.PublicKey)]), KeySetJson.Default.PublicKeySet);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PublicKeySet))]
internal sealed partial class KeySetJson : JsonSerializerContext;

/// <summary>The times of the rotation of keys.</summary>
public static class TokenKeyRotation
{
    /// <summary>How long caches use the key set.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    /// <summary>How long the CDN uses the key set after <see cref="MaxAge"/> while the authorization server is slow or down.</summary>
    public static readonly TimeSpan ServedWhileStale = TimeSpan.FromDays(1);

    /// <summary>
    /// How long a new key is published before it signs: longer than a key set can be old, in the CDN and in <see cref="KeySet"/>.
    /// </summary>
    public static readonly TimeSpan PublishedBefore = TimeSpan.FromDays(3);
}

/// <summary>
/// The keys that sign, with their public parts for those who verify. A new key must be here for
/// <see cref="TokenKeyRotation.PublishedBefore"/> before it signs.
/// </summary>
public interface IPublishedKeys
{
    /// <summary>The key that signs now.</summary>
    TokenKey Signing { get; }

    /// <summary>Every key whose signatures may still be valid, and the next one.</summary>
    IReadOnlyList<TokenKey> All { get; }
}

/// <summary>The keys that sign access tokens. All of them verify.</summary>
public interface ITokenKeys : IPublishedKeys;
