namespace Spotify.Demo.Music.Theory;

/// <summary>The parts of a song's form.</summary>
internal enum SectionKind
{
    Intro,
    Theme,
    Variation,
    Bridge,
    Reprise,

    /// <summary>A cadence and the final chord, a bar each.</summary>
    Ending,
}

/// <summary>Some bars of the form.</summary>
internal sealed record Section(SectionKind Kind, int FirstBar, int Bars);

/// <summary>One bar.</summary>
/// <param name="Number">0 for the first.</param>
/// <param name="Start">Beats since the beginning.</param>
/// <param name="Section">Where it belongs.</param>
/// <param name="IsFinal">Whether it has the final chord.</param>
internal sealed record Bar(int Number, double Start, Section Section, bool IsFinal)
{
    /// <summary>Whether another section follows.</summary>
    public bool IsLastOfSection => Number == Section.FirstBar + Section.Bars - 1;
}

/// <summary>How long a chord sounds, in beats since the beginning.</summary>
internal sealed record ChordSpan(double Start, double Length, Chord Chord);

/// <summary>What all players of a piece agree on.</summary>
/// <param name="Key">Pitch class of the tonic, 0 (C) to 11 (B).</param>
/// <param name="Scale">Mode.</param>
/// <param name="Tempo">Beats per minute.</param>
/// <param name="BeatsPerBar">3 or 4.</param>
/// <param name="Bars">The bars, in order.</param>
/// <param name="Chords">The harmony, without gaps.</param>
internal sealed record LeadSheet(
    int Key, Scale Scale, double Tempo, int BeatsPerBar, IReadOnlyList<Bar> Bars, IReadOnlyList<ChordSpan> Chords)
{
    /// <summary>The chord that sounds at a beat.</summary>
    public ChordSpan ChordAt(double beat) => Chords.Last(span => span.Start <= beat + 0.01);
}
