namespace Spotify.Demo.Music.Theory;

/// <summary>Chords, basses and drums from patterns. A pattern is asked for each bar; null is a bar of rest.</summary>
internal static class Accompaniment
{
    // The final chord is rolled: each tone this many beats after the one below.
    private const double Roll = 0.06;

    /// <summary>Whole chords on every event of the pattern (<see cref="Pattern.Velocity"/>).</summary>
    public static List<Note> Chords(LeadSheet sheet, Voicing voicing, Func<Bar, string?> pattern) =>
        Broken(sheet, voicing, pattern, spread: 0.02);

    /// <summary>
    /// Chords tone by tone: a digit plays that tone of the chord, from 0, the lowest, and an octave higher where the chord
    /// has no more; any other event plays them all, <paramref name="spread"/> beats after one another.
    /// </summary>
    public static List<Note> Broken(LeadSheet sheet, Voicing voicing, Func<Bar, string?> pattern, double spread = Roll)
    {
        var notes = new List<Note>();
        var voiced = sheet.Chords.ToDictionary(span => span, span => voicing.Next(span.Chord));
        foreach (var bar in sheet.Bars)
        {
            if (pattern(bar) is not { } text)
                continue;
            if (bar.IsFinal)
            {
                AddAll(voiced[sheet.ChordAt(bar.Start)], new(bar.Start, sheet.BeatsPerBar, 'x'), Roll);
                continue;
            }
            foreach (var step in Pattern.Parse(text, sheet.BeatsPerBar))
            {
                foreach (var (span, placed) in Cut(sheet, step with { Start = bar.Start + step.Start }))
                {
                    if (char.IsAsciiDigit(step.Symbol))
                        notes.Add(One(voiced[span], placed));
                    else
                        AddAll(voiced[span], placed, spread);
                }
            }
        }
        return notes;

        void AddAll(int[] pitches, Step step, double delay)
        {
            for (var i = 0; i < pitches.Length; i++)
                notes.Add(new(step.Start + (i * delay), step.Length - (i * delay), pitches[i], Pattern.Velocity(step.Symbol)));
        }
    }

    /// <summary>
    /// A bass line: <c>r</c> root, <c>5</c> fifth, <c>3</c> third, <c>8</c> octave, <c>a</c> a semitone below the next
    /// chord's root. Plays the root through the final bar.
    /// </summary>
    /// <param name="sheet">Harmony.</param>
    /// <param name="lowest">Roots lie in the octave from this pitch up.</param>
    /// <param name="pattern">The pattern of a bar.</param>
    public static List<Note> Bass(LeadSheet sheet, int lowest, Func<Bar, string?> pattern)
    {
        var notes = new List<Note>();
        foreach (var bar in sheet.Bars)
        {
            if (pattern(bar) is not { } text)
                continue;
            foreach (var step in Pattern.Parse(bar.IsFinal ? "r" : text, sheet.BeatsPerBar))
            {
                var velocity = step.Start % 2 == 0 ? 0.85f : step.Start % 1 == 0 ? 0.75f : 0.65f;
                foreach (var (span, placed) in Cut(sheet, step with { Start = bar.Start + step.Start }))
                    notes.Add(new(placed.Start, placed.Length * 0.96, Pitch(span.Chord, placed), velocity));
            }
        }
        return notes;

        int Pitch(Chord chord, Step step)
        {
            var root = Root(chord);
            var third = chord.Intervals[1] is 3 or 4 ? chord.Intervals[1] : 0;
            var fifth = Array.Find(chord.Intervals, interval => interval is 6 or 7);
            return step.Symbol switch
            {
                '5' => root + fifth > lowest + 12 ? root + fifth - 12 : root + fifth,
                '3' => root + third,
                '8' => root + 12,
                'a' => Root(sheet.ChordAt(step.Start + step.Length).Chord) - 1,
                _ => root,
            };
        }

        int Root(Chord chord) => lowest + ((chord.Root - lowest + 120) % 12);
    }

    /// <summary>Drums: one pattern for each drum of the kit, and in the final bar one stroke of each of <paramref name="last"/>.</summary>
    public static List<Note> Drums(LeadSheet sheet, Func<Bar, IReadOnlyDictionary<Drum, string>?> kit, params Drum[] last)
    {
        var notes = new List<Note>();
        foreach (var bar in sheet.Bars)
        {
            if (bar.IsFinal)
            {
                notes.AddRange(last.Select(drum => new Note(bar.Start, 1, (int)drum, 0.7f)));
                continue;
            }
            foreach (var (drum, text) in kit(bar) ?? new Dictionary<Drum, string>())
            {
                foreach (var step in Pattern.Parse(text, sheet.BeatsPerBar))
                    notes.Add(new(bar.Start + step.Start, step.Length, (int)drum, Pattern.Velocity(step.Symbol)));
            }
        }
        return notes;
    }

    /// <summary>The pieces of an event that sounds across changes of the chord.</summary>
    private static IEnumerable<(ChordSpan Span, Step Step)> Cut(LeadSheet sheet, Step step)
    {
        var end = step.Start + step.Length;
        for (var start = step.Start; start < end - 0.01;)
        {
            var span = sheet.ChordAt(start);
            var stop = Math.Min(end, span.Start + span.Length);
            yield return (span, step with { Start = start, Length = stop - start });
            start = stop;
        }
    }

    private static Note One(int[] pitches, Step step)
    {
        var index = step.Symbol - '0';
        var pitch = pitches[index % pitches.Length] + (index / pitches.Length * 12);
        return new(step.Start, step.Length, pitch, step.Start % 1 == 0 ? 0.75f : 0.6f);
    }
}
