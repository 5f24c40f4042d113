using System.Globalization;
using System.Text;

namespace Spotify.Functions.AudioIngest;

/// <summary>Escaping of untrusted text for logs and terminals. Names can contain line breaks and escape sequences.</summary>
public static class PrintableText
{
    /// <summary>Escapes control characters and line breaks, as in <c>\u001b</c>, and replaces lone surrogates.</summary>
    public static string Of(string text)
    {
        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                builder.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else builder.Append(rune);
        }

        return builder.ToString();
    }
}
