namespace Spotify.Demo.Music.Theory;

/// <summary>Chords, basses and drums from patterns. Each method asks for the pattern of each bar; null is a bar of rest.</summary>
internal static class Accompaniment
{
    // The tones of a chord start this many beats after one another, those of the final chord more slowly.
    private const double Spread = 0.02;
    private const double Roll = 0.06;

    /// <summary>
    /// Plays a digit as that tone of the chord, from 0, the lowest, continuing in the next octave; any other event as the whole chord.
    /// The voices lie in the two octaves from <paramref name="lowest"/> up.
    /// </summary>
    public static List<Note> Chords(this LeadSheet sheet, int lowest, Func<Bar, string?> pattern)
    {
        var voicing = new Voicing(lowest);
        var voiced = sheet.Chords.ToDictionary(span => span, span => voicing.Next(span.Chord));
        return [.. sheet.Bars.SelectMany(bar => sheet.Steps(bar, pattern(bar), "x").SelectMany(step =>
        {
            var (pitches, (start, length, symbol)) = (voiced[step.Span], step.Step);
            if (!char.IsAsciiDigit(symbol))
            {
                var delay = bar.IsFinal ? Roll : Spread;
                return pitches.Select((pitch, i) => new Note(start + (i * delay), length - (i * delay), pitch, Pattern.Velocity(symbol)));
            }

            var (octave, tone) = Math.DivRem(symbol - '0', pitches.Length);
            return [new Note(start, length, pitches[tone] + (12 * octave), start % 1 == 0 ? 0.75f : 0.6f)];
        }))];
    }

    /// <summary>Plays root, fifth and octave, because a full chord would growl when overdriven. The pattern is one for a bass.</summary>
    public static List<Note> PowerChords(this LeadSheet sheet, int lowest, Func<Bar, string?> pattern) =>
    [
        .. from root in sheet.Bass(lowest, pattern)
           from interval in new[] { 0, 7, 12 }
           select root with { Pitch = root.Pitch + interval },
    ];

    /// <summary>
    /// Plays a bass line: <c>r</c> root, <c>5</c> fifth, <c>8</c> octave, <c>a</c> a semitone below the next chord's root; and the root
    /// through the final bar. Roots lie in the octave from <paramref name="lowest"/> up.
    /// </summary>
    public static List<Note> Bass(this LeadSheet sheet, int lowest, Func<Bar, string?> pattern)
    {
        return [.. sheet.Bars.SelectMany(bar => sheet.Steps(bar, pattern(bar), "r").Select(step => new Note(
            step.Step.Start, step.Step.Length * 0.96, Pitch(step.Span.Chord, step.Step), Velocity(step.Event - bar.Start))))];

        int Pitch(Chord chord, Step step)
        {
            var root = Root(chord);
            var fifth = root + Array.Find(chord.Intervals, interval => interval is 6 or 7);
            return step.Symbol switch
            {
                '5' => fifth > lowest + 12 ? fifth - 12 : fifth,
                '8' => root + 12,
                'a' => Root(sheet.ChordAt(step.Start + step.Length).Chord) - 1,
                _ => root,
            };
        }

        int Root(Chord chord) => lowest + ((chord.Root - lowest + 120) % 12);

        float Velocity(double beat) => beat % 2 == 0 ? 0.85f : beat % 1 == 0 ? 0.75f : 0.65f;
    }

    /// <summary>
    /// Plays a drum kit, whose pattern is one per drum: <c>Kick:X.X. Snare:.X.X</c>. A kit with a fill for the last bar of each section
    /// also plays a crash in the first.
    /// </summary>
    public static List<Note> Drums(this LeadSheet sheet, Func<Bar, string?> kit, string? fill)
    {
        return
        [
            .. from bar in sheet.Bars
               from line in KitIn(bar).Split(' ', StringSplitOptions.RemoveEmptyEntries)
               let parts = line.Split(':')
               from step in Pattern.Parse(parts[1], sheet.BeatsPerBar)
               select new Note(bar.Start + step.Start, step.Length, (int)Enum.Parse<Drum>(parts[0]), Pattern.Velocity(step.Symbol)),
        ];

        string KitIn(Bar bar) => bar.IsFinal || kit(bar) is null ? ""
            : fill is not null && bar.IsLast ? $"{kit(bar)} {fill}"
            : fill is not null && bar is { Index: 0, Start: > 0 } ? $"{kit(bar)} Crash:x---"
            : kit(bar)!;
    }

    /// <summary>Returns the events of a bar, split where the chord changes.</summary>
    private static IEnumerable<(ChordSpan Span, Step Step, double Event)> Steps(
        this LeadSheet sheet, Bar bar, string? pattern, string final)
    {
        if (pattern is null) yield break;
        foreach (var step in Pattern.Parse(bar.IsFinal ? final : pattern, sheet.BeatsPerBar))
        {
            var (first, end) = (bar.Start + step.Start, bar.Start + step.Start + step.Length);
            for (var start = first; start < end - 0.01;)
            {
                var span = sheet.ChordAt(start);
                var stop = Math.Min(end, span.Start + span.Length);
                yield return (span, new(start, stop - start, step.Symbol), first);
                start = stop;
            }
        }
    }
}
