using System.Globalization;
using System.Text;

namespace Spotify.Functions.Ingest;

/// <summary>Text from outside as one line: names can hold line breaks and escape sequences.</summary>
public static class PrintableText
{
    /// <summary>The text with its control characters and line breaks spelt out, <c>\u001b</c>, and with no halves of surrogate pairs.</summary>
    public static string Of(string text)
    {
        var builder = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                builder.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            else builder.Append(rune);
        }

        return builder.ToString();
    }
}
