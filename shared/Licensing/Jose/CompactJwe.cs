using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Spotify.Licensing.Jose;

/// <summary>
/// Messages that one P-256 key can decrypt: compact JWE with <c>ECDH-ES+A256KW</c> and <c>A256GCM</c>. Every message has a new ephemeral
/// key and a new content encryption key.
/// </summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc7516"/>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc7518"/>
public static class CompactJwe
{
    private const string Algorithm = "ECDH-ES+A256KW";
    private const string Encryption = "A256GCM";
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>Encrypts a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="contentType">The <c>cty</c>.</param>
    /// <param name="recipient">The recipient's key, whose thumbprint is the <c>kid</c>.</param>
    /// <exception cref="CryptographicException">The recipient's key is not on the curve.</exception>
    public static CompactText Encrypt(ReadOnlySpan<byte> message, string contentType, P256PublicKey recipient)
    {
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var recipientKey = RecentAgreementKey.Take(recipient);
        var wrappingKey = EcdhEs.DeriveKey(ephemeral, recipientKey.PublicKey, Algorithm, KeyLength, [], []);
        Span<byte> contentKey = stackalloc byte[KeyLength];
        Span<byte> nonce = stackalloc byte[NonceLength];
        Span<byte> tag = stackalloc byte[TagLength];
        try
        {
            RandomNumberGenerator.Fill(contentKey);
            RandomNumberGenerator.Fill(nonce);
            var wrapped = AesKeyWrap.Wrap(wrappingKey, contentKey);
            var header = Encoding.ASCII.GetBytes(
                $$"""{"alg":"{{Algorithm}}","enc":"{{Encryption}}","cty":"{{contentType}}","kid":"{{recipient.Thumbprint}}","epk":"""
                + P256PublicKey.Of(ephemeral).ToJson() + "}");
            var ciphertext = new byte[message.Length];
            var text = new CompactTextBuilder(header.Length, wrapped.Length, NonceLength, message.Length, TagLength);
            text.Add(header);
            using var aes = new AesGcm(contentKey, TagLength);
            aes.Encrypt(nonce, message, ciphertext, tag, text.Written);
            text.Add(wrapped);
            text.Add(nonce);
            text.Add(ciphertext);
            text.Add(tag);
            return text.ToText();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wrappingKey);
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    /// <summary>Decrypts a message. Returns false for any that is not for this key, was changed, or has another content type.</summary>
    /// <param name="jwe">The message as received.</param>
    /// <param name="contentType">The <c>cty</c> that the message must have.</param>
    /// <param name="recipient">The recipient's key pair.</param>
    /// <param name="message">The message, which the caller zeroes after use.</param>
    public static bool TryDecrypt(
        string jwe, string contentType, ECDiffieHellman recipient, [NotNullWhen(true)] out byte[]? message)
    {
        message = null;
        if (jwe.Split('.') is not [var header, var wrappedText, var nonceText, var ciphertextText, var tagText]
            || !StrictBase64Url.TryDecode(wrappedText, out var wrapped)
            || !StrictBase64Url.TryDecode(nonceText, out var nonce) || nonce.Length != NonceLength
            || !StrictBase64Url.TryDecode(ciphertextText, out var ciphertext)
            || !StrictBase64Url.TryDecode(tagText, out var tag) || tag.Length != TagLength
            || !TryReadHeader(header, contentType, P256PublicKey.Of(recipient).Thumbprint, out var ephemeral)) return false;
        using var ephemeralKey = ephemeral.ToECDiffieHellman();
        using var ephemeralPublicKey = ephemeralKey.PublicKey;
        var wrappingKey = EcdhEs.DeriveKey(recipient, ephemeralPublicKey, Algorithm, KeyLength, [], []);
        byte[]? contentKey = null;
        var plain = new byte[ciphertext.Length];
        try
        {
            if (!AesKeyWrap.TryUnwrap(wrappingKey, wrapped, out contentKey) || contentKey.Length != KeyLength) return false;
            using var aes = new AesGcm(contentKey, TagLength);
            aes.Decrypt(nonce, ciphertext, tag, plain, Encoding.ASCII.GetBytes(header));
            message = plain;
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wrappingKey);
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    // apu and apv would change the derived key: messages of this format have neither.
    private static bool TryReadHeader(
        string text, string contentType, string keyId, [NotNullWhen(true)] out P256PublicKey? ephemeral)
    {
        ephemeral = null;
        return JoseHeader.TryParse(text, out var header)
            && header["alg"] == Algorithm && header["enc"] == Encryption && header["cty"] == contentType && header["kid"] == keyId
            && !header.Has("zip") && !header.Has("apu") && !header.Has("apv")
            && header.Value("epk") is { } key && P256PublicKey.TryParse(key, out ephemeral, out _);
    }
}
