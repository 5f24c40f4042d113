namespace Spotify.Demo.Music.Theory;

/// <summary>A voicing of successive chords in which each voice moves as little as possible.</summary>
/// <param name="low">Lowest pitch, inclusive; the highest one is two octaves above.</param>
internal sealed class Voicing(int low)
{
    private const int Voices = 4;

    private readonly int high = low + 24;
    private int[] last = [];

    /// <summary>Returns the pitches of the next chord, ascending.</summary>
    public int[] Next(Chord chord) => last = Candidates(chord).MinBy(Cost) ?? last;

    private IEnumerable<int[]> Candidates(Chord chord)
    {
        var classes = chord.PitchClasses.ToList();
        // The bass plays the root, so a full chord is clearer without it, and then without the fifth.
        if (classes.Count > Voices) classes.RemoveAt(0);
        if (classes.Count > Voices) classes.RemoveAt(1);
        for (var lowest = low; lowest <= high; lowest++)
        {
            if (!classes.Contains(lowest % 12)) continue;
            var close = Enumerable.Range(lowest, 60).Where(pitch => classes.Contains(pitch % 12)).Take(Voices).ToArray();
            if (close[^1] <= high) yield return close;
            // "Drop two": the second voice from above an octave lower, for a wider sound.
            var open = close.Select((pitch, i) => i == Voices - 2 ? pitch - 12 : pitch).Order().ToArray();
            if (open[^1] <= high && open[0] >= low) yield return open;
        }
    }

    private double Cost(int[] pitches)
    {
        var offCenter = Math.Abs(pitches.Average() - ((low + high) / 2.0));
        // Adjacent low tones sound muddy.
        var mud = pitches[1] - pitches[0] <= 2 ? 3 : 0;
        return last.Length == 0 ? offCenter + mud : pitches.Zip(last, (a, b) => Math.Abs(a - b)).Sum() + (offCenter * 0.4) + mud;
    }
}
