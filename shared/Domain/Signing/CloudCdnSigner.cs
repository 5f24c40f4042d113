using System.Security.Cryptography;

namespace Spotify.Domain.Signing;

/// <summary>
/// The signed URL format of Cloud CDN. <c>?Expires=…&amp;KeyName=…</c> is appended to the URL (with <c>&amp;</c> instead of <c>?</c> if it
/// has a query), the result including scheme and host is signed with HMAC-SHA1, and <c>&amp;Signature=…</c> is appended in padded
/// base64url. SHA-1 is safe here because HMAC does not depend on collision resistance. The output is identical to that of
/// <c>gcloud compute sign-url</c>.
/// </summary>
/// <seealso href="https://cloud.google.com/cdn/docs/using-signed-urls"/>
public sealed class CloudCdnSigner : IUrlSigner
{
    /// <summary>The name of the format in the configuration.</summary>
    public const string FormatName = "cloud-cdn";

    private const int SignatureLength = 28;

    private static readonly string[] Reserved = ["Expires", "KeyName", "Signature"];

    /// <inheritdoc/>
    public string Format => FormatName;

    /// <inheritdoc/>
    public string Sign(string url, DateTimeOffset expiresAt, string? userId, SigningKey key)
    {
        var separator = SignableUrl.Check(url, Reserved);
        using var text = new SigningBuffer(stackalloc byte[SigningBuffer.StackLength], url.Length * 3 + 160);
        text.Append(url);
        text.Append(separator);
        text.Append("Expires="u8);
        text.Append(SignableUrl.Seconds(expiresAt));
        text.Append("&KeyName="u8);
        text.Append(key.Name);

        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        key.HmacSha1(text.Written, hash);
        text.Append("&Signature="u8);
        text.AppendBase64Url(hash);
        return text.ToString();
    }

    /// <inheritdoc/>
    public SignatureVerdict Verify(ReadOnlySpan<char> baseUrl, ReadOnlySpan<char> target, SigningKeyRing keys, DateTimeOffset now)
    {
        var signed = target;
        if (!TrailingParameter.TryCut(ref signed, "&Signature=", out var signature)) return new(SignatureStatus.Missing);
        if (signature.Length != SignatureLength || target.ContainsAnyExceptInRange('!', '~')) return new(SignatureStatus.Malformed);

        // The concatenation must be unambiguous: "http://host1" + "2/path" would equal "http://host" + "12/path".
        if (!baseUrl.IsEmpty && !target.StartsWith('/')) return new(SignatureStatus.Malformed);

        var rest = signed;
        if (!TrailingParameter.TryCut(ref rest, "&KeyName=", out var keyName)
            || !SigningKey.IsValidName(keyName)
            || !TrailingParameter.TryCutFirst(ref rest, "Expires=", out var expires)
            || !SignableUrl.TryParseSeconds(expires, out var expiresAt)
            || SignableUrl.HasParameter(rest, Reserved)) return new(SignatureStatus.Malformed);
        if (!keys.TryFind(keyName, out var key)) return new(SignatureStatus.UnknownKey);

        var capacity = (baseUrl.Length * 3) + signed.Length + SignatureLength;
        using var text = new SigningBuffer(stackalloc byte[SigningBuffer.StackLength], capacity);
        text.Append(baseUrl);
        text.Append(signed);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        key.HmacSha1(text.Written, hash);
        if (!text.EqualsBase64Url(hash, signature)) return new(SignatureStatus.Wrong);
        return new(now < expiresAt ? SignatureStatus.Valid : SignatureStatus.Expired, expiresAt, key.Name);
    }
}
