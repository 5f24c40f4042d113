namespace Spotify.Demo.Music.Theory;

/// <summary>Places the chords of a piece on the keyboard so that every voice moves as little as it can.</summary>
/// <param name="low">Lowest pitch, inclusive.</param>
/// <param name="high">Highest pitch, inclusive; at least two octaves above <paramref name="low"/>.</param>
/// <param name="voices">Tones of each chord, 3–5.</param>
internal sealed class Voicing(int low, int high, int voices)
{
    private int[] last = [];

    /// <summary>The next chord's pitches, ascending.</summary>
    public int[] Next(Chord chord) => last = Candidates(chord).MinBy(Cost) ?? last;

    private static List<int> Classes(Chord chord, int voices)
    {
        var classes = chord.PitchClasses.ToList();
        // The bass has the root: a full chord is clearer without another one, and without the fifth after that.
        if (classes.Count > voices)
            classes.RemoveAt(0);
        if (classes.Count > voices)
            classes.RemoveAt(1);
        return classes;
    }

    private IEnumerable<int[]> Candidates(Chord chord)
    {
        var classes = Classes(chord, voices);
        for (var lowest = low; lowest <= high; lowest++)
        {
            if (!classes.Contains(lowest % 12))
                continue;
            var close = new List<int> { lowest };
            for (var pitch = lowest + 1; close.Count < voices; pitch++)
            {
                if (classes.Contains(pitch % 12))
                    close.Add(pitch);
            }
            if (close[^1] <= high)
                yield return [.. close];
            // "Drop two": the second voice from above an octave lower, for a wider sound.
            var open = close.Select((pitch, i) => i == voices - 2 ? pitch - 12 : pitch).Order().ToArray();
            if (open[^1] <= high && open[0] >= low)
                yield return open;
        }
    }

    private double Cost(int[] pitches)
    {
        var centre = Math.Abs(pitches.Average() - ((low + high) / 2.0));
        // Neighbours a semitone apart at the bottom sound muddy.
        var mud = pitches[1] - pitches[0] <= 2 ? 3 : 0;
        return last.Length == 0 ? centre + mud : pitches.Zip(last, (a, b) => Math.Abs(a - b)).Sum() + (centre * 0.4) + mud;
    }
}
