using Spotify.Demo.Music.Theory;

namespace Spotify.Demo.Music;

/// <summary>What makes the music of a genre: its tempo, harmony and feel, and how it is arranged.</summary>
internal abstract class Style
{
    /// <summary>Beats per minute, inclusive.</summary>
    public abstract int SlowestTempo { get; }

    /// <summary>Beats per minute, inclusive.</summary>
    public abstract int FastestTempo { get; }

    /// <summary>3 or 4.</summary>
    public virtual int BeatsPerBar => 4;

    /// <summary>Mode.</summary>
    public abstract Scale Scale { get; }

    /// <summary>Progressions of four bars, chords in the notation of <see cref="Chord.Parse"/>, bars parted by |.</summary>
    public abstract string[] Themes { get; }

    /// <summary>Contrasting progressions of four bars.</summary>
    public abstract string[] Bridges { get; }

    /// <summary>The last two bars: what leads home, and home.</summary>
    public abstract string[] Cadences { get; }

    /// <summary>What happens to all parts together.</summary>
    public abstract Mix Mix { get; }

    /// <summary>How the players keep time.</summary>
    public virtual Groove Groove => new();

    /// <summary>Writes every player's part.</summary>
    public abstract IEnumerable<Part> Arrange(LeadSheet sheet, SeededRandom random);

    /// <summary>A pattern for the bars of some sections, and rest in the others.</summary>
    protected static Func<Bar, T?> In<T>(T pattern, params SectionKind[] sections)
        where T : class =>
        bar => sections.Contains(bar.Section.Kind) ? pattern : null;

    /// <summary>Rest in the bars of some sections, and a pattern for the others.</summary>
    protected static Func<Bar, T?> Except<T>(T pattern, params SectionKind[] sections)
        where T : class =>
        bar => sections.Contains(bar.Section.Kind) ? null : pattern;
}
