using System.Globalization;

namespace Spotify.Audio.Tags;

/// <summary>Parser of dates in tags.</summary>
internal static class TagDate
{
    /// <summary>Returns the valid leading part of a date (year, year and month, or all), or null if the year is not valid.</summary>
    /// <param name="text">
    /// The year first, with <c>-</c>, <c>/</c> or <c>.</c> as the separator, or eight digits. A time can follow.
    /// </param>
    public static string? Reduce(string text)
    {
        if (text.Length >= 8 && text.AsSpan(0, 8).IndexOfAnyExceptInRange('0', '9') < 0)
            text = $"{text[..4]}-{text[4..6]}-{text[6..8]}";
        if (!TryPart(text, 0, 4, 1, 9999, out var year)) return null;
        if (!IsSeparator(text, 4) || !TryPart(text, 5, 2, 1, 12, out var month)) return $"{year:0000}";
        if (!IsSeparator(text, 7) || !TryPart(text, 8, 2, 1, DateTime.DaysInMonth(year, month), out var day))
            return $"{year:0000}-{month:00}";
        return $"{year:0000}-{month:00}-{day:00}";
    }

    private static bool IsSeparator(string text, int at) => at < text.Length && text[at] is ('-' or '/' or '.');

    private static bool TryPart(string text, int at, int length, int least, int most, out int part)
    {
        part = 0;
        return text.Length >= at + length
            && (text.Length == at + length || !char.IsAsciiDigit(text[at + length]))
            && int.TryParse(text.AsSpan(at, length), NumberStyles.None, CultureInfo.InvariantCulture, out part)
            && part >= least
            && part <= most;
    }
}
