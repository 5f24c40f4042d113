using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Spotify.Domain.Signing;

/// <summary>A secret shared with a CDN, and the name by which signed URLs refer to it.</summary>
public sealed class SigningKey
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxNameLength = 63;

    /// <summary>The length of a Cloud CDN secret, in bytes.</summary>
    public const int CloudCdnSecretLength = 16;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly byte[] secret;

    /// <summary>A key.</summary>
    /// <param name="name">1 to 63 letters, digits, <c>-</c>, <c>.</c> or <c>_</c>: what needs no escaping in a query.</param>
    /// <param name="secret">16 bytes or more. Copied.</param>
    /// <exception cref="ArgumentException">The name or the secret is not of that form.</exception>
    public SigningKey(string name, byte[] secret)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(secret);
        if (!IsValidName(name)) throw new ArgumentException($"A key's name is 1 to {MaxNameLength} letters, digits, '-', '.' or '_'.", nameof(name));
        if (secret.Length < CloudCdnSecretLength) throw new ArgumentException($"A key's secret has {CloudCdnSecretLength} bytes or more.", nameof(secret));
        Name = name;
        this.secret = [.. secret];
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its secret.</summary>
    public ReadOnlySpan<byte> Secret => secret;

    /// <summary>Whether a key may be called that.</summary>
    public static bool IsValidName(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaxNameLength && !name.ContainsAnyExcept(NameCharacters);

    /// <summary>
    /// Reads what a key file holds: 16 bytes in base64url (the plain base64 alphabet, too), padded or not, blanks around it ignored, as
    /// <c>head -c 16 /dev/urandom | base64 | tr +/ -_</c> makes it.
    /// </summary>
    /// <seealso href="https://cloud.google.com/cdn/docs/using-signed-urls"/>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static SigningKey Parse(string name, string text) =>
        TryParse(name, text, out var key) ? key : throw new FormatException($"A key is {CloudCdnSecretLength} bytes in base64url: 22 characters, or 24 with padding.");

    /// <summary>Reads what a key file holds; see <see cref="Parse"/>.</summary>
    /// <returns>False if the text is something else.</returns>
    /// <exception cref="ArgumentException">The name is not that of a key.</exception>
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

    /// <summary>The name: never the secret.</summary>
    public override string ToString() => Name;
}
