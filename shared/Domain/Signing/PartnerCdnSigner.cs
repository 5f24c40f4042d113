using System.Buffers;
using System.Security.Cryptography;

namespace Spotify.Domain.Signing;

/// <summary>
/// The signed URL format of partner CDNs. <c>?exp=…&amp;uid=…&amp;kid=…</c> is appended to the URL (with <c>&amp;</c> instead of <c>?</c>
/// if it has a query): the expiry in seconds since 1970, the user and the key's name. Path and query, from the first slash after the
/// authority to the end of <c>kid</c>, are signed with HMAC-SHA256, and <c>&amp;sig=…</c> is appended in padded base64url. Scheme and host
/// are not signed because a partner serves the same content under several hosts. The user is UTF-8 with every character except the
/// unreserved ones of RFC 3986 percent-encoded in upper case.
/// </summary>
public sealed class PartnerCdnSigner : IUrlSigner
{
    /// <summary>The name of the format in the configuration.</summary>
    public const string FormatName = "partner";

    /// <summary>The maximum length of a user id, in UTF-16 code units.</summary>
    public const int MaxUserIdLength = 256;

    private const int SignatureLength = 44;

    private static readonly SearchValues<char> EscapedCharacters =
        SearchValues.Create("%-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] Reserved = ["exp", "uid", "kid", "sig"];

    /// <inheritdoc/>
    public string Format => FormatName;

    /// <inheritdoc/>
    public string Sign(string url, DateTimeOffset expiresAt, string? userId, SigningKey key)
    {
        var separator = SignableUrl.Check(url, Reserved);
        if (string.IsNullOrEmpty(userId) || userId.Length > MaxUserIdLength)
            throw new ArgumentException($"A partner URL requires a user id of 1 to {MaxUserIdLength} characters.", nameof(userId));
        var path = SignableUrl.PathStart(url);
        if (path == url.Length || url[path] != '/') throw new ArgumentException("The URL has no path.", nameof(url));

        using var text = new SigningBuffer(stackalloc byte[SigningBuffer.StackLength], url.Length * 3 + userId.Length * 9 + 200);
        text.Append(url.AsSpan(0, path));
        var signedFrom = text.Written.Length;
        text.Append(url.AsSpan(path));
        text.Append(separator);
        text.Append("exp="u8);
        text.Append(SignableUrl.Seconds(expiresAt));
        text.Append("&uid="u8);
        text.AppendEscaped(userId);
        text.Append("&kid="u8);
        text.Append(key.Name);

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        key.HmacSha256(text.Written[signedFrom..], hash);
        text.Append("&sig="u8);
        text.AppendBase64Url(hash);
        return text.ToString();
    }

    /// <inheritdoc/>
    public SignatureVerdict Verify(ReadOnlySpan<char> baseUrl, ReadOnlySpan<char> target, SigningKeyRing keys, DateTimeOffset now)
    {
        var signed = target;
        if (!TrailingParameter.TryCut(ref signed, "&sig=", out var signature)) return new(SignatureStatus.Missing);
        if (signature.Length != SignatureLength || target.ContainsAnyExceptInRange('!', '~')) return new(SignatureStatus.Malformed);
        if (baseUrl.IsEmpty) signed = signed[SignableUrl.PathStart(signed)..];

        var rest = signed;
        if (!TrailingParameter.TryCut(ref rest, "&kid=", out var keyName)
            || !SigningKey.IsValidName(keyName)
            || !TrailingParameter.TryCut(ref rest, "&uid=", out var user)
            || user.ContainsAnyExcept(EscapedCharacters)
            || !TrailingParameter.TryCutFirst(ref rest, "exp=", out var expires)
            || !SignableUrl.TryParseSeconds(expires, out var expiresAt)
            || !rest.StartsWith('/')
            || SignableUrl.HasParameter(rest, Reserved)) return new(SignatureStatus.Malformed);
        if (!keys.TryFind(keyName, out var key)) return new(SignatureStatus.UnknownKey);

        using var text = new SigningBuffer(stackalloc byte[SigningBuffer.StackLength], signed.Length + SignatureLength);
        text.Append(signed);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        key.HmacSha256(text.Written, hash);
        if (!text.EqualsBase64Url(hash, signature)) return new(SignatureStatus.Wrong);
        return new(now < expiresAt ? SignatureStatus.Valid : SignatureStatus.Expired, expiresAt, key.Name, Uri.UnescapeDataString(user));
    }
}
