using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Spotify.Domain.Signing;

/// <summary>A secret shared with a CDN, and its name in signed URLs.</summary>
public sealed class SigningKey
{
    /// <summary>The maximum length of a name, in characters.</summary>
    public const int MaxNameLength = 63;

    /// <summary>The length of a Cloud CDN secret, in bytes.</summary>
    public const int CloudCdnSecretLength = 16;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly byte[] secret;

    // OpenSSL takes longer to set up an HMAC than to compute it for a URL, so each thread keeps one of each kind.
    private readonly ThreadLocal<IncrementalHash> sha1;
    private readonly ThreadLocal<IncrementalHash> sha256;

    /// <summary>Creates a key.</summary>
    /// <param name="name">1 to 63 letters, digits, <c>-</c>, <c>.</c> or <c>_</c>, which need no escaping in a query.</param>
    /// <param name="secret">16 bytes or more, which are copied.</param>
    /// <exception cref="ArgumentException">The name or the secret is invalid.</exception>
    public SigningKey(string name, byte[] secret)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(secret);
        if (!IsValidName(name))
            throw new ArgumentException($"A key's name is 1 to {MaxNameLength} letters, digits, '-', '.' or '_'.", nameof(name));
        if (secret.Length < CloudCdnSecretLength)
            throw new ArgumentException($"A key's secret has {CloudCdnSecretLength} bytes or more.", nameof(secret));
        Name = name;
        this.secret = [.. secret];
        sha1 = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, this.secret));
        sha256 = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, this.secret));
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The secret.</summary>
    public ReadOnlySpan<byte> Secret => secret;

    /// <summary>Computes HMAC-SHA1.</summary>
    /// <param name="text">The text to sign.</param>
    /// <param name="hash">20 bytes for the result.</param>
    internal void HmacSha1(ReadOnlySpan<byte> text, Span<byte> hash) => Compute(sha1.Value!, text, hash);

    /// <summary>Computes HMAC-SHA256.</summary>
    /// <param name="text">The text to sign.</param>
    /// <param name="hash">32 bytes for the result.</param>
    internal void HmacSha256(ReadOnlySpan<byte> text, Span<byte> hash) => Compute(sha256.Value!, text, hash);

    /// <summary>Returns whether a text is a valid name.</summary>
    public static bool IsValidName(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaxNameLength && !name.ContainsAnyExcept(NameCharacters);

    /// <summary>
    /// Parses the content of a key file: 16 bytes in base64url or base64, with or without padding and surrounding white space. Keys are
    /// created with <c>head -c 16 /dev/urandom | base64 | tr +/ -_</c>.
    /// </summary>
    /// <seealso href="https://cloud.google.com/cdn/docs/using-signed-urls"/>
    /// <exception cref="FormatException">The text has another format.</exception>
    public static SigningKey Parse(string name, string text) =>
        TryParse(name, text, out var key)
            ? key
            : throw new FormatException($"A key is {CloudCdnSecretLength} bytes in base64url: 22 characters, or 24 with padding.");

    /// <summary>Parses the content of a key file; see <see cref="Parse"/>.</summary>
    /// <returns>False if the text has another format.</returns>
    /// <exception cref="ArgumentException">The name is invalid.</exception>
    public static bool TryParse(string name, string text, [NotNullWhen(true)] out SigningKey? key)
    {
        ArgumentNullException.ThrowIfNull(text);
        key = null;
        var digits = text.AsSpan().Trim();
        if (digits is [.., '=', '=']) digits = digits[..^2];
        if (digits.Length != 22) return false;

        Span<char> padded = stackalloc char[24];
        digits.CopyTo(padded);
        padded.Replace('-', '+');
        padded.Replace('_', '/');
        padded[22..].Fill('=');
        var secret = new byte[CloudCdnSecretLength];
        if (!Convert.TryFromBase64Chars(padded, secret, out var written) || written != secret.Length) return false;
        key = new SigningKey(name, secret);
        return true;
    }

    /// <summary>Returns the name, never the secret.</summary>
    public override string ToString() => Name;

    private static void Compute(IncrementalHash hmac, ReadOnlySpan<byte> text, Span<byte> hash)
    {
        hmac.AppendData(text);
        hmac.GetHashAndReset(hash);
    }
}
