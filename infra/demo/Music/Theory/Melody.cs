namespace Spotify.Demo.Music.Theory;

/// <summary>
/// A writer of tunes over a lead sheet from two motifs, each a rhythm and a contour, that return throughout the sections. Heavy notes are
/// chord tones; the light ones between them move along the scale.
/// </summary>
/// <param name="sheet">Harmony and form.</param>
/// <param name="scale">The scale of the tune.</param>
/// <param name="low">Lowest pitch, inclusive.</param>
/// <param name="rhythms">Patterns of one bar for the motifs.</param>
/// <param name="random">Chance.</param>
internal sealed class Melody(LeadSheet sheet, Scale scale, int low, string[] rhythms, SeededRandom random)
{
    // The motif of each bar of a phrase; C is a bar that comes to rest.
    private static readonly string[] Plans = ["AABC", "ABAC", "AABC", "ABBC", "AAAC"];

    private const int Range = 19;

    private readonly int high = low + Range;
    private readonly int center = low + (Range / 2);
    private readonly List<Note> notes = [];
    private int last;

    private sealed record Motif(string Rhythm, int[] Contour, int Anchor);

    /// <summary>Writes the tune.</summary>
    /// <param name="sections">Sections with the tune.</param>
    public List<Note> Write(Sections sections)
    {
        Motif[] home = [NewMotif(center - 1), NewMotif(center + 3)];
        Motif[] away = [NewMotif(center + 5), NewMotif(center)];
        var plan = random.Pick<string>(Plans);
        last = center;
        foreach (var bar in sheet.Bars.Where(bar => sections.HasFlag(bar.Section)))
        {
            var chord = sheet.ChordAt(bar.Start).Chord;
            var role = bar.Section switch { Sections.Ending => 'A', Sections.Bridge => "AABC"[bar.Index], _ => plan[bar.Index] };
            int[] roots = [.. Tones(chord).Where(pitch => pitch % 12 == chord.Root)];
            if (bar.IsFinal) Add(bar.Start, sheet.BeatsPerBar, Nearest(roots, last), 0.7f);
            else if (role == 'C') WriteRest(bar);
            else WriteMotif(bar, (bar.Section == Sections.Bridge ? away : home)[role - 'A']);
        }

        return notes;
    }

    private Motif NewMotif(int anchor)
    {
        var rhythm = random.Pick<string>(rhythms);
        var contour = new int[Pattern.Parse(rhythm, sheet.BeatsPerBar).Count()];
        for (var i = 1; i < contour.Length; i++)
        {
            // Mostly steps; an occasional leap is followed by a step back.
            contour[i] = Math.Abs(contour[i - 1]) > 2 ? -Math.Sign(contour[i - 1]) : random.Pick(1, 1, 1, -1, -1, -1, 2, -2, 0, 3, -3);
        }

        return new(rhythm, contour, anchor);
    }

    private void WriteMotif(Bar bar, Motif motif)
    {
        var varied = bar.Section is Sections.Variation or Sections.Reprise;
        foreach (var (i, step) in Pattern.Parse(motif.Rhythm, sheet.BeatsPerBar).Index())
        {
            var (start, length) = (bar.Start + step.Start, step.Length);
            var heavy = i == 0 || length >= 1.5 || step.Start % 2 == 0;
            var velocity = step.Start == 0 ? 0.85f : step.Start % 1 == 0 ? 0.75f : 0.62f;
            var pitch = Choose(start, i == 0 ? (motif.Anchor + last) / 2 : last, motif.Contour[i], heavy);
            if (varied && length >= 1 && random.Chance(0.35))
            {
                // A long note is split in two, the second one its neighbor.
                Add(start, length / 2, pitch, velocity);
                (start, length) = (start + (length / 2), length / 2);
                pitch = Choose(start, pitch, random.Pick(1, -1), heavy: false);
            }

            Add(start, length, pitch, velocity);
        }
    }

    /// <summary>Writes the bar that closes a phrase: two short tones, a long one, and a rest.</summary>
    private void WriteRest(Bar bar)
    {
        Add(bar.Start, 0.5, Choose(bar.Start, last, random.Pick(-1, 1), heavy: true), 0.7f);
        Add(bar.Start + 0.5, 0.5, Choose(bar.Start + 0.5, last, random.Pick(-1, 1), heavy: false), 0.6f);
        Add(bar.Start + 1, sheet.BeatsPerBar - 1.5, Choose(bar.Start + 1, (last + center) / 2, 0, heavy: true), 0.75f);
    }

    private int Choose(double beat, int from, int contour, bool heavy)
    {
        var chord = sheet.ChordAt(beat).Chord;
        var pitches = scale.PitchesFor(chord, sheet.Key, low, high);
        var index = Array.IndexOf(pitches, Nearest(pitches, from)) + contour;
        // The line turns around at the ends of the range.
        if (index < 0 || index >= pitches.Length) index -= 2 * contour;
        var pitch = pitches[Math.Clamp(index, 0, pitches.Length - 1)];
        if (!heavy) return pitch;
        var tones = Tones(chord);
        var tone = Nearest(tones, pitch);
        if (tone != from || contour == 0) return tone;
        // A moving line takes the next chord tone instead of repeating one.
        var next = Array.IndexOf(tones, tone) + Math.Sign(contour);
        return next >= 0 && next < tones.Length ? tones[next] : tone;
    }

    /// <summary>Returns the chord tones within the range.</summary>
    private int[] Tones(Chord chord) =>
        [.. Enumerable.Range(low, high - low + 1).Where(pitch => chord.PitchClasses.Contains(pitch % 12))];

    private static int Nearest(int[] pitches, int target) => pitches.MinBy(pitch => Math.Abs(pitch - target));

    private void Add(double start, double length, int pitch, float velocity)
    {
        last = pitch;
        notes.Add(new(start, length * 0.95, pitch, velocity));
    }
}
