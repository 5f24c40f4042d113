namespace Spotify.Demo.Music.Theory;

/// <summary>
/// Writes a tune over a lead sheet. It grows from two motifs, each a rhythm and a contour, which come back through the
/// sections; heavy notes are tones of the chord, the light ones between them pass along the scale.
/// </summary>
/// <param name="sheet">Harmony and form.</param>
/// <param name="scale">Steps that the tune may use.</param>
/// <param name="low">Lowest pitch, inclusive.</param>
/// <param name="high">Highest pitch, inclusive; an octave above <paramref name="low"/> or more.</param>
/// <param name="rhythms">Patterns of one bar to draw motifs from.</param>
/// <param name="random">Chance.</param>
internal sealed class Melody(LeadSheet sheet, Scale scale, int low, int high, string[] rhythms, SeededRandom random)
{
    // How the four bars of a phrase use the motifs; C is a bar that comes to rest.
    private static readonly string[] Plans = ["AABC", "ABAC", "AABC", "ABBC", "AAAC"];

    private readonly List<Note> notes = [];
    private Motif[] motifs = [];
    private string plan = "";
    private int last;

    private sealed record Motif(string Rhythm, int[] Contour, int Anchor);

    /// <summary>The tune.</summary>
    /// <param name="silent">Sections in which somebody else has the lead.</param>
    public List<Note> Write(params SectionKind[] silent)
    {
        var centre = (low + high) / 2;
        var home = (NewMotif(centre - 1), NewMotif(centre + 3));
        var away = (NewMotif(centre + 5), NewMotif(centre));
        var homePlan = random.Pick<string>(Plans);
        last = centre;
        foreach (var bar in sheet.Bars)
        {
            if (silent.Contains(bar.Section.Kind))
                continue;
            var bridge = bar.Section.Kind == SectionKind.Bridge;
            motifs = bridge ? [away.Item1, away.Item2] : [home.Item1, home.Item2];
            plan = bridge ? "AABC" : homePlan;
            WriteBar(bar);
        }
        return notes;
    }

    private Motif NewMotif(int anchor)
    {
        var rhythm = random.Pick<string>(rhythms);
        var contour = new int[Pattern.Parse(rhythm, sheet.BeatsPerBar).Count];
        var previous = 0;
        for (var i = 1; i < contour.Length; i++)
        {
            // Steps mostly, now and then a leap, and after a leap back in the other direction.
            contour[i] = Math.Abs(previous) > 2 ? -Math.Sign(previous) : random.Pick<int>(1, 1, 1, -1, -1, -1, 2, -2, 0, 3, -3);
            previous = contour[i];
        }
        return new(rhythm, contour, anchor);
    }

    private void WriteBar(Bar bar)
    {
        var chord = sheet.ChordAt(bar.Start).Chord;
        if (bar.IsFinal)
        {
            Add(bar.Start, sheet.BeatsPerBar, Nearest([.. Tones(chord).Where(pitch => pitch % 12 == chord.Root)], last), 0.7f);
            return;
        }
        var role = bar.Section.Kind == SectionKind.Ending ? 'A' : plan[(bar.Number - bar.Section.FirstBar) % plan.Length];
        if (role == 'C')
        {
            WriteRest(bar);
            return;
        }
        var motif = motifs[role - 'A'];
        var varied = bar.Section.Kind is SectionKind.Variation or SectionKind.Reprise;
        var steps = Pattern.Parse(motif.Rhythm, sheet.BeatsPerBar);
        for (var i = 0; i < steps.Count; i++)
        {
            var (start, length) = (bar.Start + steps[i].Start, steps[i].Length);
            var from = i == 0 ? (motif.Anchor + last) / 2 : last;
            var heavy = i == 0 || length >= 1.5 || steps[i].Start % 2 == 0;
            var pitch = Choose(start, from, motif.Contour[i], heavy);
            if (varied && length >= 1 && random.Chance(0.35))
            {
                // A long note gains a turn through its neighbour.
                Add(start, length / 2, pitch, Weight(steps[i].Start));
                (start, length) = (start + (length / 2), length / 2);
                pitch = Choose(start, pitch, random.Pick<int>(1, -1), heavy: false);
            }
            Add(start, length, pitch, Weight(steps[i].Start));
        }
    }

    /// <summary>A bar that closes the phrase: two tones on the way to a long one, then breath.</summary>
    private void WriteRest(Bar bar)
    {
        var beats = sheet.BeatsPerBar;
        Add(bar.Start, 0.5, Choose(bar.Start, last, random.Pick<int>(-1, 1), heavy: true), 0.7f);
        Add(bar.Start + 0.5, 0.5, Choose(bar.Start + 0.5, last, random.Pick<int>(-1, 1), heavy: false), 0.6f);
        Add(bar.Start + 1, beats - 1.5, Choose(bar.Start + 1, (last + ((low + high) / 2)) / 2, 0, heavy: true), 0.75f);
    }

    private int Choose(double beat, int from, int contour, bool heavy)
    {
        var chord = sheet.ChordAt(beat).Chord;
        var ladder = scale.Ladder(sheet.Key, chord, low, high);
        var index = Array.IndexOf(ladder, Nearest(ladder, from)) + contour;
        // Where the range ends, the line turns around.
        if (index < 0 || index >= ladder.Length)
            index -= 2 * contour;
        var pitch = ladder[Math.Clamp(index, 0, ladder.Length - 1)];
        if (!heavy)
            return pitch;
        var tones = Tones(chord);
        var tone = Nearest(tones, pitch);
        if (tone != from || contour == 0)
            return tone;
        // A line that wants to move must not be caught on one tone of the chord.
        var neighbour = Array.IndexOf(tones, tone) + Math.Sign(contour);
        return neighbour >= 0 && neighbour < tones.Length ? tones[neighbour] : tone;
    }

    /// <summary>The tones of a chord within the range: triad, and seventh or ninth where there is one.</summary>
    private int[] Tones(Chord chord) =>
        [.. Enumerable.Range(low, high - low + 1).Where(pitch => chord.PitchClasses.Contains(pitch % 12))];

    private static int Nearest(int[] pitches, int wanted) => pitches.MinBy(pitch => Math.Abs(pitch - wanted));

    private static float Weight(double start) => start == 0 ? 0.85f : start % 1 == 0 ? 0.75f : 0.62f;

    private void Add(double start, double length, int pitch, float velocity)
    {
        last = pitch;
        notes.Add(new(start, length * 0.95, pitch, velocity));
    }
}
