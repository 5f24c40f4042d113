using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Spotify.Domain;
using Spotify.Licensing.Jose;

namespace Spotify.Licensing;

/// <summary>A public P-256 key as a JSON Web Key: a device's, or one that verifies licenses.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc7517"/>
public sealed record P256PublicKey
{
    private const int CoordinateSize = 32;

    private P256PublicKey(string x, string y)
    {
        (X, Y) = (x, y);
        Thumbprint = Base64Url.EncodeToString(Hash());
    }

    /// <summary>The first coordinate: 32 bytes in base64url.</summary>
    public string X { get; }

    /// <summary>The second coordinate: 32 bytes in base64url.</summary>
    public string Y { get; }

    /// <summary>The RFC 7638 thumbprint: a SHA-256 hash in base64url.</summary>
    public string Thumbprint { get; }

    /// <summary>Parses a JSON Web Key and checks that its point is on the curve. Ignores members that are optional.</summary>
    /// <param name="jwk">The JSON Web Key.</param>
    /// <param name="key">The key.</param>
    /// <param name="problem">The reason why this is no public P-256 key, as the end of a sentence that begins with the key's name.</param>
    public static bool TryParse(
        JsonElement jwk, [NotNullWhen(true)] out P256PublicKey? key, [NotNullWhen(false)] out string? problem)
    {
        key = null;
        (problem, var x, var y) = Read(jwk);
        if (problem is not null) return false;
        var candidate = new P256PublicKey(x, y);
        try
        {
            candidate.ToECDsa().Dispose();
        }
        catch (CryptographicException)
        {
            problem = "must be a point of the curve P-256";
            return false;
        }

        key = candidate;
        return true;
    }

    /// <summary>Parses a key that <see cref="ToJson"/> returned. The point is checked when the key is used.</summary>
    /// <exception cref="FormatException">The text is no such key.</exception>
    public static P256PublicKey Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var (x, y) = (document.RootElement.GetProperty("x").GetString(), document.RootElement.GetProperty("y").GetString());
            if (IsCoordinate(x) && IsCoordinate(y) && new P256PublicKey(x, y) is var key && key.ToJson() == json) return key;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
        }

        throw new FormatException("The text is no public P-256 key.");
    }

    /// <summary>Returns the public part of a key pair.</summary>
    /// <exception cref="ArgumentException">The key is on another curve.</exception>
    public static P256PublicKey Of(ECAlgorithm key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        if (parameters.Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
            throw new ArgumentException("The key is not on the curve P-256.", nameof(key));
        return new(Base64Url.EncodeToString(parameters.Q.X), Base64Url.EncodeToString(parameters.Q.Y));
    }

    /// <summary>Returns the key as a JSON Web Key in its RFC 7638 form: the required members in alphabetical order.</summary>
    public string ToJson() => $$"""{"crv":"P-256","kty":"EC","x":"{{X}}","y":"{{Y}}"}""";

    /// <inheritdoc/>
    public override string ToString() => ToJson();

    /// <summary>Returns the id of the device that signs with this key: the first 128 bits of the thumbprint in base62.</summary>
    public string ToDeviceId() => SpotifyId.FromHash(Hash());

    /// <summary>Returns the key for verifying.</summary>
    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    public ECDsa ToECDsa() => ECDsa.Create(Parameters());

    /// <summary>Returns the key for an agreement.</summary>
    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    public ECDiffieHellman ToECDiffieHellman() => ECDiffieHellman.Create(Parameters());

    private static (string? Problem, string X, string Y) Read(JsonElement jwk)
    {
        if (jwk.ValueKind != JsonValueKind.Object) return Refused("must be a JSON Web Key, which is an object");
        try
        {
            if (Text("kty") != "EC") return Refused("must have the kty EC");
            if (Text("crv") != "P-256") return Refused("must have the crv P-256");
            if (jwk.TryGetProperty("d", out _)) return Refused("must be the public key only, without d");
            var (x, y) = (Text("x"), Text("y"));
            if (!IsCoordinate(x)) return Refused("must have 32 bytes in base64url as x");
            return IsCoordinate(y) ? (null, x, y) : Refused("must have 32 bytes in base64url as y");
        }
        catch (InvalidOperationException)
        {
            return Refused("must have texts of Unicode, without halves of surrogate pairs");
        }

        string? Text(string name) =>
            jwk.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        static (string, string, string) Refused(string problem) => (problem, "", "");
    }

    private static bool IsCoordinate([NotNullWhen(true)] string? text) =>
        StrictBase64Url.TryDecode(text, out var bytes) && bytes.Length == CoordinateSize;

    private byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(ToJson()));

    private ECParameters Parameters() => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new() { X = Base64Url.DecodeFromChars(X), Y = Base64Url.DecodeFromChars(Y) },
    };
}
