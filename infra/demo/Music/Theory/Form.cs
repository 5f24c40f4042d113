namespace Spotify.Demo.Music.Theory;

/// <summary>Lays out a piece: how many bars, which sections, which chords.</summary>
internal static class Form
{
    private const int PhraseBars = 4;
    private const int EndingBars = 2;
    private const double MinSeconds = 25;
    private const double MaxSeconds = 39.5;

    /// <summary>Draws a form of 20 to 40 seconds in the manner of a style.</summary>
    public static LeadSheet Draw(Style style, SeededRandom random)
    {
        var key = random.Between(0, 12);
        var tempo = (double)random.Between(style.SlowestTempo, style.FastestTempo + 1);
        var sections = Sections(tempo, style.BeatsPerBar, random);
        var progressions = new Dictionary<SectionKind, string>
        {
            [SectionKind.Theme] = random.Pick<string>(style.Themes),
            [SectionKind.Bridge] = random.Pick<string>(style.Bridges),
            [SectionKind.Ending] = random.Pick<string>(style.Cadences),
        };
        progressions[SectionKind.Intro] = progressions[SectionKind.Theme];
        progressions[SectionKind.Variation] = progressions[SectionKind.Theme];
        progressions[SectionKind.Reprise] = progressions[SectionKind.Theme];

        var bars = new List<Bar>();
        var chords = new List<ChordSpan>();
        foreach (var section in sections)
        {
            var progression = progressions[section.Kind].Split('|', StringSplitOptions.TrimEntries);
            for (var i = 0; i < section.Bars; i++)
            {
                var final = section.Kind == SectionKind.Ending && i == section.Bars - 1;
                var bar = new Bar(bars.Count, bars.Count * style.BeatsPerBar, section, final);
                bars.Add(bar);
                var inBar = progression[i % progression.Length].Split(' ');
                // Of two chords in a bar of three beats the first has two.
                var first = inBar.Length == 1 ? style.BeatsPerBar : (style.BeatsPerBar + 1) / 2;
                chords.Add(new(bar.Start, first, Chord.Parse(inBar[0], key)));
                if (inBar.Length == 2)
                    chords.Add(new(bar.Start + first, style.BeatsPerBar - first, Chord.Parse(inBar[1], key)));
            }
        }
        return new(key, style.Scale, tempo, style.BeatsPerBar, bars, chords);
    }

    private static List<Section> Sections(double tempo, int beatsPerBar, SeededRandom random)
    {
        var barSeconds = 60 / tempo * beatsPerBar;
        var most = (int)(random.Between(MinSeconds, MaxSeconds) / barSeconds);
        var phrases = Math.Clamp((most - EndingBars - 1) / PhraseBars, 2, 4);
        var intro = Math.Clamp(most - EndingBars - (phrases * PhraseBars), 1, PhraseBars);
        SectionKind[] body = phrases switch
        {
            2 => [SectionKind.Theme, SectionKind.Variation],
            3 => [SectionKind.Theme, SectionKind.Bridge, SectionKind.Reprise],
            _ => [SectionKind.Theme, SectionKind.Variation, SectionKind.Bridge, SectionKind.Reprise],
        };
        var sections = new List<Section> { new(SectionKind.Intro, 0, intro) };
        foreach (var kind in body)
            sections.Add(new(kind, sections[^1].FirstBar + sections[^1].Bars, PhraseBars));
        sections.Add(new(SectionKind.Ending, sections[^1].FirstBar + PhraseBars, EndingBars));
        return sections;
    }
}
