using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Spotify.Licensing.Jose;

/// <summary>
/// Signed messages: compact JWS with ES256 and a <c>typ</c>, so that a message of one type is never taken for another (RFC 8725, 3.11).
/// Keys and their addresses in headers are ignored.
/// </summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc7515"/>
public static class CompactJws
{
    private const string Algorithm = "ES256";

    /// <summary>Signs a message.</summary>
    /// <param name="type">The <c>typ</c>.</param>
    /// <param name="payload">The message.</param>
    /// <param name="key">The key, whose id is the <c>kid</c>.</param>
    public static string Sign(string type, ReadOnlySpan<byte> payload, JwsKey key) =>
        SignText(type, payload, key).ToString();

    /// <summary>Signs a long message.</summary>
    /// <inheritdoc cref="Sign"/>
    internal static CompactText SignText(string type, ReadOnlySpan<byte> payload, JwsKey key)
    {
        var header = Encoding.ASCII.GetBytes($$"""{"alg":"{{Algorithm}}","kid":"{{key.KeyId}}","typ":"{{type}}"}""");
        var text = new CompactTextBuilder(header.Length, payload.Length, JwsKey.SignatureLength);
        text.Add(header);
        text.Add(payload);
        Span<byte> signature = stackalloc byte[JwsKey.SignatureLength];
        key.Sign(text.Written, signature);
        text.Add(signature);
        return text.ToText();
    }

    /// <summary>Verifies a message. Returns false for any that <paramref name="key"/> did not sign as this type.</summary>
    /// <param name="jws">The message as received.</param>
    /// <param name="type">The <c>typ</c> that the message must have.</param>
    /// <param name="key">The key, regardless of the message's <c>kid</c>.</param>
    /// <param name="payload">The message.</param>
    public static bool TryVerify(string jws, string type, P256PublicKey key, [NotNullWhen(true)] out byte[]? payload) =>
        TryVerify(jws, type, _ => key, out payload);

    /// <summary>Verifies a message. Returns false for any that the key with its <c>kid</c> did not sign as this type.</summary>
    /// <param name="jws">The message as received.</param>
    /// <param name="type">The <c>typ</c> that the message must have.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="payload">The message.</param>
    public static bool TryVerify(string jws, string type, IEnumerable<P256PublicKey> keys, [NotNullWhen(true)] out byte[]? payload) =>
        TryVerify(jws, type, id => keys.FirstOrDefault(key => key.Thumbprint == id), out payload);

    internal static bool TryVerify(
        string jws, string? type, Func<string?, P256PublicKey?> find, [NotNullWhen(true)] out byte[]? payload)
    {
        payload = null;
        var text = jws.AsSpan();
        var first = text.IndexOf('.');
        var last = text.LastIndexOf('.');
        if (first < 0 || first == last
            || !JoseHeader.TryParse(text[..first], out var header)
            || header["alg"] != Algorithm || (type is not null && header["typ"] != type)
            || !StrictBase64Url.TryDecode(text[(first + 1)..last], out var message)
            || !StrictBase64Url.TryDecode(text[(last + 1)..], out var signature) || signature.Length != JwsKey.SignatureLength
            || find(header["kid"]) is not { } key) return false;
        try
        {
            using var verifier = key.ToECDsa();
            if (!verifier.VerifyData(Encoding.ASCII.GetBytes(jws, 0, last), signature, HashAlgorithmName.SHA256)) return false;
        }
        catch (CryptographicException)
        {
            return false;
        }

        payload = message;
        return true;
    }
}
