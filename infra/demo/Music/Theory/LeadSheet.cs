namespace Spotify.Demo.Music.Theory;

/// <summary>Sections of a piece. The ending is a cadence and the final chord, a bar each.</summary>
[Flags]
internal enum Sections
{
    Intro = 1,
    Theme = 2,
    Variation = 4,
    Bridge = 8,
    Reprise = 16,
    Ending = 32,
    All = Intro | Theme | Variation | Bridge | Reprise | Ending,
}

/// <summary>One bar.</summary>
/// <param name="Start">Beats since the beginning.</param>
/// <param name="Section">The section that the bar belongs to.</param>
/// <param name="Index">Position in the section, from 0.</param>
/// <param name="IsLast">Whether the bar is the last of its section.</param>
internal sealed record Bar(double Start, Sections Section, int Index, bool IsLast)
{
    /// <summary>Whether this bar has the final chord.</summary>
    public bool IsFinal => IsLast && Section == Sections.Ending;
}

/// <summary>A chord and the beats in which it sounds.</summary>
internal sealed record ChordSpan(double Start, double Length, Chord Chord);

/// <summary>The harmony and the form of a piece.</summary>
/// <param name="Key">Pitch class of the tonic, 0 (C) to 11 (B).</param>
/// <param name="Tempo">Beats per minute.</param>
/// <param name="BeatsPerBar">3 or 4.</param>
/// <param name="Bars">The bars, in order.</param>
/// <param name="Chords">The chords, in order and without gaps.</param>
internal sealed record LeadSheet(int Key, double Tempo, int BeatsPerBar, IReadOnlyList<Bar> Bars, IReadOnlyList<ChordSpan> Chords)
{
    /// <summary>Returns the chord that sounds at a beat.</summary>
    public ChordSpan ChordAt(double beat) => Chords.Last(span => span.Start <= beat + 0.01);
}
