using System.Globalization;

namespace Spotify.Domain.Signing;

/// <summary>The requirements for URLs that can be signed, in every format.</summary>
internal static class SignableUrl
{
    /// <summary>The maximum length of a URL, in characters, so that it fits into a request line.</summary>
    public const int MaxLength = 8000;

    /// <summary>Checks whether a URL can be signed, by the rules of <c>gcloud compute sign-url</c>.</summary>
    /// <returns>
    /// The separator before the first appended parameter: <c>?</c> if the URL has no parameters, even if it ends in a question mark, as in
    /// gcloud; otherwise <c>&amp;</c>.
    /// </returns>
    /// <exception cref="ArgumentException">The URL cannot be signed.</exception>
    public static char Check(string url, string[] reserved)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (url.Length > MaxLength) throw new ArgumentException($"The URL has more than {MaxLength} characters.", nameof(url));
        if (!url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            && !url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException("The URL scheme must be either HTTP or HTTPS.", nameof(url));
        if (url.AsSpan().ContainsAnyInRange('\0', '\u001f'))
            throw new ArgumentException("The URL must not have control characters.", nameof(url));

        // Stricter than gcloud, which accepts an empty fragment and appends the signature to it, so that it never reaches a server.
        if (url.Contains('#')) throw new ArgumentException("The URL must not have a fragment.", nameof(url));

        var authority = url.IndexOf("://", StringComparison.Ordinal) + 3;
        if (PathStart(url) == authority) throw new ArgumentException("The URL has no host.", nameof(url));
        foreach (var name in reserved)
        {
            if (HasParameter(url, name)) throw new ArgumentException($"The URL must not have a '{name}' query parameter.", nameof(url));
        }

        var query = url.IndexOf('?');
        return query < 0 || url.AsSpan(query + 1).IndexOfAnyExcept('&') < 0 ? '?' : '&';
    }

    /// <summary>Returns the index of path and query in a URL with or without scheme and authority.</summary>
    public static int PathStart(ReadOnlySpan<char> url)
    {
        if (url.StartsWith('/')) return 0;
        var scheme = url.IndexOf("://");
        if (scheme < 0) return 0;
        var length = url[(scheme + 3)..].IndexOfAny('/', '?');
        return length < 0 ? url.Length : scheme + 3 + length;
    }

    /// <summary>Returns whether the query has a parameter with one of the names, percent-encoded or not.</summary>
    public static bool HasParameter(ReadOnlySpan<char> url, string[] names)
    {
        if (!url.Contains('?')) return false;
        foreach (var name in names)
        {
            if (HasParameter(url, name)) return true;
        }

        return false;
    }

    /// <summary>Returns the whole seconds since 1970.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is before 1970.</exception>
    public static long Seconds(DateTimeOffset time)
    {
        var seconds = time.ToUnixTimeSeconds();
        return seconds >= 0 ? seconds : throw new ArgumentOutOfRangeException(nameof(time), time, "A URL cannot expire before 1970.");
    }

    /// <summary>Parses seconds since 1970 in canonical form: digits only, without leading zeros.</summary>
    public static bool TryParseSeconds(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (text is ['0', _, ..]
            || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds()) return false;
        time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return true;
    }

    private static bool HasParameter(ReadOnlySpan<char> url, string name)
    {
        var query = url.IndexOf('?');
        if (query < 0) return false;
        var rest = url[(query + 1)..];
        foreach (var parameter in rest.Split('&'))
        {
            if (IsNamed(rest[parameter], name)) return true;
        }

        return false;
    }

    private static bool IsNamed(ReadOnlySpan<char> parameter, string name)
    {
        var at = 0;
        foreach (var expected in name)
        {
            if (at >= parameter.Length) return false;
            var actual = parameter[at++];
            if (actual == '%' && TryParseHex(parameter[at..], out var code))
            {
                actual = (char)code;
                at += 2;
            }

            if (actual != expected) return false;
        }

        return at == parameter.Length || parameter[at] == '=';
    }

    private static bool TryParseHex(ReadOnlySpan<char> text, out byte code)
    {
        code = 0;
        return text.Length >= 2 && byte.TryParse(text[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code);
    }
}
