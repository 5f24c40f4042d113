using System.Globalization;
using Spotify.Recommendations.Seeds;
using Spotify.Recommendations.Tracks;

namespace Spotify.Recommendations.Prompts;

/// <summary>Tempos in prompts: "120 bpm", "around 90 bpm", "between 100 and 120 bpm", "over 140 bpm".</summary>
internal static class PromptTempo
{
    private const int Lowest = 20;
    private const int Highest = 300;

    // Tempos within this distance sound alike.
    private const int Tolerance = 6;

    /// <summary>Reads the tempo at the start of words.</summary>
    /// <returns>The range and the number of words; null if the words do not start with a tempo.</returns>
    public static (AttributeRange Range, int Words)? Read(ReadOnlySpan<string> words)
    {
        var start = 0;
        var cue = words[0] is "over" or "above" or "under" or "below" or "around" or "about" or "between" or "from" or "at" or "circa"
            ? words[start++] : "";
        if (start >= words.Length || Number(words[start]) is not var (first, firstHasUnit)) return null;
        var end = start + 1;
        var (last, hasUnit) = (first, firstHasUnit);
        if (end + 1 < words.Length && words[end] is "to" or "and" && Number(words[end + 1]) is var (second, secondHasUnit))
            (last, hasUnit, end) = (second, firstHasUnit || secondHasUnit, end + 2);
        if (!hasUnit && end < words.Length && words[end] == "bpm") (hasUnit, end) = (true, end + 1);
        if (!hasUnit) return null;
        var range = cue switch
        {
            "over" or "above" => new AttributeRange(TrackAttribute.Tempo, Min: first),
            "under" or "below" => new AttributeRange(TrackAttribute.Tempo, Max: first),
            _ when first == last => new AttributeRange(TrackAttribute.Tempo, first - Tolerance, first + Tolerance, first),
            _ => new AttributeRange(TrackAttribute.Tempo, Math.Min(first, last), Math.Max(first, last)),
        };
        return (range, end);
    }

    private static (int Number, bool HasUnit)? Number(string word)
    {
        var hasUnit = word.EndsWith("bpm", StringComparison.Ordinal);
        var digits = hasUnit ? word[..^3] : word;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= Lowest and <= Highest
            ? (number, hasUnit) : null;
    }
}
