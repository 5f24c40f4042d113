namespace Spotify.Domain.Signing;

/// <summary>Query parameters taken off the end of a URL, one by one, in the order that the format prescribes.</summary>
internal static class TrailingParameter
{
    /// <summary>
    /// Cuts the last <c>&amp;name=value</c>. Whatever follows the name is its value, further parameters too: values are checked by their
    /// readers, and none of those takes an ampersand.
    /// </summary>
    public static bool TryCut(ref ReadOnlySpan<char> text, ReadOnlySpan<char> nameInMarks, out ReadOnlySpan<char> value)
    {
        var at = text.LastIndexOf(nameInMarks);
        if (at < 0)
        {
            value = default;
            return false;
        }

        value = text[(at + nameInMarks.Length)..];
        text = text[..at];
        return true;
    }

    /// <summary>Cuts the first of the parameters, which stands after <c>?</c>, or after <c>&amp;</c> where the URL had a query before.</summary>
    public static bool TryCutFirst(ref ReadOnlySpan<char> text, ReadOnlySpan<char> nameAndSign, out ReadOnlySpan<char> value)
    {
        if (!TryCut(ref text, nameAndSign, out value) || text.IsEmpty) return false;
        var separator = text[^1];
        text = text[..^1];
        return separator == '?' || (separator == '&' && text.Contains('?'));
    }
}
