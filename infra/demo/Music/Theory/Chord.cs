namespace Spotify.Demo.Music.Theory;

/// <summary>A chord without a voicing.</summary>
/// <param name="Root">Pitch class of the root, 0 (C) to 11 (B).</param>
/// <param name="Intervals">Semitones above the root, from 0.</param>
internal sealed record Chord(int Root, int[] Intervals)
{
    private static readonly string[] Numerals = ["I", "II", "III", "IV", "V", "VI", "VII"];

    /// <summary>Pitch classes, from the root up.</summary>
    public IEnumerable<int> PitchClasses => Intervals.Select(interval => (Root + interval) % 12);

    /// <summary>Parses a chord in Roman numerals.</summary>
    /// <param name="text">
    /// A degree of the major scale, raised by # or lowered by b, in capitals for a major and small letters for a minor third, followed by
    /// the added tones: <c>V7</c>, <c>ii9</c>, <c>bVImaj7</c>.
    /// </param>
    /// <param name="key">Pitch class of the tonic.</param>
    public static Chord Parse(string text, int key)
    {
        var numeral = text.TrimStart('b', '#');
        var shift = text == numeral ? 0 : text[0] == 'b' ? -1 : 1;
        var added = numeral.TrimStart('I', 'V', 'i', 'v');
        var degree = Array.IndexOf(Numerals, numeral[..^added.Length].ToUpperInvariant());
        var third = char.IsLower(numeral[0]) ? 3 : 4;
        int[] intervals = added switch
        {
            "" => [0, third, 7],
            "6" => [0, third, 7, 9],
            "69" => [0, third, 7, 9, 14],
            "7" => [0, third, 7, 10],
            "9" => [0, third, 7, 10, 14],
            "13" => [0, third, 10, 14, 21],
            "7b9" => [0, third, 7, 10, 13],
            "7b5" => [0, third, 6, 10],
            "maj7" => [0, third, 7, 11],
            "maj9" => [0, third, 7, 11, 14],
            "add9" => [0, third, 7, 14],
            "sus4" => [0, 5, 7],
            _ => throw new FormatException($"'{text}' is not a chord in Roman numerals."),
        };
        return new((key + Scale.Major.Steps[degree] + shift + 12) % 12, intervals);
    }
}
