namespace Spotify.Domain.Signing;

/// <summary>The removal of query parameters from the end of a URL, one by one, in the order that the format requires.</summary>
internal static class TrailingParameter
{
    /// <summary>
    /// Removes the last <c>&amp;name=value</c>. Everything after the name is the value, even further parameters: callers validate the value
    /// and reject ampersands.
    /// </summary>
    public static bool TryCut(ref ReadOnlySpan<char> text, ReadOnlySpan<char> delimitedName, out ReadOnlySpan<char> value)
    {
        var at = text.LastIndexOf(delimitedName);
        if (at < 0)
        {
            value = default;
            return false;
        }

        value = text[(at + delimitedName.Length)..];
        text = text[..at];
        return true;
    }

    /// <summary>Removes the first signature parameter, which follows <c>?</c>, or <c>&amp;</c> if the URL had a query before.</summary>
    public static bool TryCutFirst(ref ReadOnlySpan<char> text, ReadOnlySpan<char> nameAndEquals, out ReadOnlySpan<char> value)
    {
        if (!TryCut(ref text, nameAndEquals, out value) || text.IsEmpty) return false;
        var separator = text[^1];
        text = text[..^1];
        return separator == '?' || (separator == '&' && text.Contains('?'));
    }
}
