using System.Globalization;

namespace Spotify.Domain.Signing;

/// <summary>What URLs must be like to be signed, in every format.</summary>
internal static class SignableUrl
{
    /// <summary>The longest URL, in characters; a request line has no room for more.</summary>
    public const int MaxLength = 8000;

    /// <summary>
    /// Checks a URL that is to be signed, the way <c>gcloud compute sign-url</c> does.
    /// </summary>
    /// <returns>What separates the first parameter from it: <c>?</c> if there is no parameter yet, even where there is a question mark, as gcloud has it.</returns>
    /// <exception cref="ArgumentException">It cannot be signed.</exception>
    public static char Check(string url, string[] reserved)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (url.Length > MaxLength) throw new ArgumentException($"The URL has more than {MaxLength} characters.", nameof(url));
        if (!url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) throw new ArgumentException("The URL scheme must be either HTTP or HTTPS.", nameof(url));
        if (url.AsSpan().ContainsAnyInRange('\0', '\u001f')) throw new ArgumentException("The URL must not have control characters.", nameof(url));

        // gcloud lets an empty fragment pass and appends the signature to it, where no server will ever see it.
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

    /// <summary>Where path and query begin in a URL with or without scheme and authority.</summary>
    public static int PathStart(ReadOnlySpan<char> url)
    {
        if (url.StartsWith('/')) return 0;
        var scheme = url.IndexOf("://");
        if (scheme < 0) return 0;
        var length = url[(scheme + 3)..].IndexOfAny('/', '?');
        return length < 0 ? url.Length : scheme + 3 + length;
    }

    /// <summary>Whether the query names any of these, percent-encoded or not.</summary>
    public static bool HasParameter(ReadOnlySpan<char> url, string[] names)
    {
        if (!url.Contains('?')) return false;
        foreach (var name in names)
        {
            if (HasParameter(url, name)) return true;
        }

        return false;
    }

    /// <summary>Whole seconds since 1970.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time lies before.</exception>
    public static long Seconds(DateTimeOffset time)
    {
        var seconds = time.ToUnixTimeSeconds();
        return seconds >= 0 ? seconds : throw new ArgumentOutOfRangeException(nameof(time), time, "A URL cannot expire before 1970.");
    }

    /// <summary>Reads seconds since 1970 in their one spelling: digits, no sign, no zeros in front.</summary>
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
            if (actual == '%' && at + 2 <= parameter.Length && byte.TryParse(parameter.Slice(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                actual = (char)code;
                at += 2;
            }

            if (actual != expected) return false;
        }

        return at == parameter.Length || parameter[at] == '=';
    }
}
