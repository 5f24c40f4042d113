namespace Spotify.Demo.Music.Theory;

/// <summary>The form of a piece of 20 to 40 seconds: its sections, bars and chords.</summary>
internal static class Form
{
    private const int PhraseBars = 4;
    private const int EndingBars = 2;

    /// <summary>Draws key, tempo, sections and chord progressions.</summary>
    public static LeadSheet Draw(Style style, SeededRandom random)
    {
        var key = random.Between(0, 12);
        var tempo = random.Between(style.Slowest, style.Fastest + 1);
        var beats = style.BeatsPerBar;
        var sections = DrawSections(60.0 / tempo * beats, random);
        var song = random.Pick<string>(style.Songs).Split(" / ");

        var bars = new List<Bar>();
        var chords = new List<ChordSpan>();
        foreach (var (section, count) in sections)
        {
            var progression = song[section switch { Sections.Bridge => 1, Sections.Ending => 2, _ => 0 }].Split(" | ");
            for (var i = 0; i < count; i++)
            {
                var bar = new Bar(bars.Count * beats, section, i, i == count - 1);
                bars.Add(bar);
                var inBar = progression[i % progression.Length].Split(' ');
                // The first of two chords in a bar of three beats has two beats.
                var first = inBar.Length == 1 ? beats : (beats + 1) / 2;
                chords.Add(new(bar.Start, first, Chord.Parse(inBar[0], key)));
                if (inBar.Length == 2) chords.Add(new(bar.Start + first, beats - first, Chord.Parse(inBar[1], key)));
            }
        }

        return new(key, tempo, beats, bars, chords);
    }

    private static IEnumerable<(Sections Section, int Bars)> DrawSections(double barSeconds, SeededRandom random)
    {
        var bars = (int)(random.Between(25, 39.5) / barSeconds);
        var phrases = Math.Clamp((bars - EndingBars - 1) / PhraseBars, 2, 4);
        var intro = Math.Clamp(bars - EndingBars - (phrases * PhraseBars), 1, PhraseBars);
        Sections[] body = phrases switch
        {
            2 => [Sections.Theme, Sections.Variation],
            3 => [Sections.Theme, Sections.Bridge, Sections.Reprise],
            _ => [Sections.Theme, Sections.Variation, Sections.Bridge, Sections.Reprise],
        };
        return [(Sections.Intro, intro), .. body.Select(section => (section, PhraseBars)), (Sections.Ending, EndingBars)];
    }
}
