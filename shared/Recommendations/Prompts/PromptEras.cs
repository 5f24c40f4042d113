using System.Globalization;

namespace Spotify.Recommendations.Prompts;

/// <summary>Years of release in prompts: "80s", "the early nineties", "from 1975 to 1979", "before 2000", "new".</summary>
internal static class PromptEras
{
    private const int FirstYear = 1860;

    private static readonly Dictionary<string, int> Decades = new(StringComparer.Ordinal)
    {
        ["twenties"] = 1920, ["thirties"] = 1930, ["forties"] = 1940, ["fifties"] = 1950, ["sixties"] = 1960, ["seventies"] = 1970,
        ["eighties"] = 1980, ["nineties"] = 1990, ["noughties"] = 2000, ["aughts"] = 2000,
    };

    /// <summary>Reads the years at the start of words.</summary>
    /// <param name="words">The words.</param>
    /// <param name="thisYear">The current year.</param>
    /// <returns>The years and the number of words; null if the words do not start with years.</returns>
    public static (int? From, int? To, int Words)? Read(ReadOnlySpan<string> words, int thisYear)
    {
        var cue = words[0] switch
        {
            "from" or "between" or "since" or "after" or "before" or "until" or "till" or "pre" or "post" or "to" or "up" => words[0],
            _ => "",
        };
        if (cue.Length == 0) return Named(words, thisYear) ?? Span(words, 0, thisYear);
        var start = 1;
        while (start < words.Length && words[start] is "to" or "the" or "year" or "years") start++;
        if (Span(words, start, thisYear) is not var (first, last, length)) return null;
        var isRange = first != last && words[start..length].ContainsAny(["to", "and", "until", "till"]);
        return (cue, isRange) switch
        {
            ("from", false) when words.Length > length && words[length] is "on" or "onward" or "onwards" => (first, null, length + 1),
            ("since", _) => (first, null, length),
            ("after" or "post", _) => (last + 1, null, length),
            ("before" or "pre", _) => (null, first - 1, length),
            ("until" or "till" or "to" or "up", _) => (null, last, length),
            _ => (first, last, length),
        };
    }

    private static (int? From, int? To, int Words)? Named(ReadOnlySpan<string> words, int thisYear) => words switch
    {
        ["this", "year", ..] => (thisYear, thisYear, 2),
        ["last", "year", ..] => (thisYear - 1, thisYear - 1, 2),
        ["last", "decade", ..] => (thisYear - 10, null, 2),
        ["new" or "newest" or "recent" or "latest" or "brand" or "fresh" or "current", "new" or "release" or "releases", ..] =>
            (thisYear - 1, null, 2),
        ["new" or "newest" or "newer" or "recent" or "latest" or "fresh" or "contemporary", ..] => (thisYear - 1, null, 1),
        ["modern", ..] => (thisYear - 10, null, 1),
        ["old", "school", ..] or ["golden", "oldies" or "oldie", ..] => (null, 1999, 2),
        ["old" or "oldies" or "oldie" or "vintage" or "retro", ..] => (null, 1989, 1),
        _ => null,
    };

    // A year or decade, or two of them with "to" or "and" between them.
    private static (int First, int Last, int Words)? Span(ReadOnlySpan<string> words, int start, int thisYear)
    {
        if (One(words, start, thisYear) is not var (first, last, end)) return null;
        if (end + 1 < words.Length && words[end] is "to" or "and" or "until" or "till" or "through")
        {
            if (One(words, end + 1, thisYear) is var (from, to, next)) return (Math.Min(first, from), Math.Max(last, to), next);
        }

        return (first, last, end);
    }

    private static (int First, int Last, int End)? One(ReadOnlySpan<string> words, int start, int thisYear)
    {
        while (start < words.Length && words[start] is "the") start++;
        if (start >= words.Length) return null;
        var part = words[start] is "early" or "mid" or "late" ? words[start++] : "";
        if (start >= words.Length) return null;
        if (DecadeOf(words[start]) is { } decade)
        {
            return part switch
            {
                "early" => (decade, decade + 4, start + 1),
                "mid" => (decade + 3, decade + 7, start + 1),
                "late" => (decade + 5, decade + 9, start + 1),
                _ => (decade, decade + 9, start + 1),
            };
        }

        var isYear = part.Length == 0 && words[start].Length == 4
            && int.TryParse(words[start], NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            && year >= FirstYear && year <= thisYear + 1
            && !(start + 1 < words.Length && words[start + 1] == "bpm");
        return isYear ? (Year(words[start]), Year(words[start]), start + 1) : null;
    }

    private static int Year(string word) => int.Parse(word, CultureInfo.InvariantCulture);

    // Decades of two digits are those of 1930 to 2029.
    private static int? DecadeOf(string word)
    {
        if (Decades.TryGetValue(word, out var named)) return named;
        if (word is not [.., '0', 's'] || !int.TryParse(word[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return word.Length switch
        {
            3 => number < 30 ? 2000 + number : 1900 + number,
            5 when number >= FirstYear && number < 2100 => number,
            _ => null,
        };
    }
}
