namespace Spotify.Audio.Features;

/// <summary>The beats and bars of a recording.</summary>
/// <param name="Bpm">The tempo in beats per minute; 0 if there is no beat.</param>
/// <param name="Clarity">How clearly the onsets repeat with the beat, 0 to 1.</param>
/// <param name="Regularity">How evenly the beats are spaced, 0 to 1.</param>
/// <param name="Frames">The frames of the beats.</param>
/// <param name="Strengths">The strength of the onset at each beat relative to the strong ones, 0 to 1.</param>
/// <param name="BeatsPerBar">Beats per bar.</param>
/// <param name="BarConfidence">The confidence in the beats per bar, 0 to 1.</param>
/// <param name="FirstDownbeat">The index of the first beat that starts a bar.</param>
/// <param name="TatumsPerBeat">The number of the smallest regular intervals in a beat: 2 or 3.</param>
internal sealed record Beats(
    double Bpm,
    double Clarity,
    double Regularity,
    IReadOnlyList<int> Frames,
    IReadOnlyList<double> Strengths,
    int BeatsPerBar,
    double BarConfidence,
    int FirstDownbeat,
    int TatumsPerBeat);

/// <summary>A tracker of beats by dynamic programming (Ellis 2007).</summary>
internal static class BeatTracker
{
    // The penalty for intervals that differ from the period.
    private const double Tightness = 120;
    private const double MaxRefinement = 0.06;
    private const int DefaultMeter = 4;

    private static readonly int[] Meters = [3, 4, 5, 7];

    /// <summary>Tracks the beats.</summary>
    public static Beats Track(Onsets onsets, Chromagram chromagram, double framesPerSecond)
    {
        var estimator = new TempoEstimator(onsets.Strength, framesPerSecond);
        var (bpm, clarity) = estimator.Estimate();
        if (bpm == 0 || onsets.Strength.Length < framesPerSecond) return new Beats(0, 0, 0, [], [], DefaultMeter, 0, 0, 2);

        var period = 60 / bpm * framesPerSecond;
        var frames = Frames(onsets.Strength, period);
        var intervals = frames.Zip(frames.Skip(1), (a, b) => (double)(b - a)).ToList();
        var steady = intervals.Where(interval => Math.Abs(interval - period) < 0.12 * period).ToList();
        // The mean of many intervals is more precise than the autocorrelation.
        if (steady.Count >= 4 && Math.Abs((steady.Average() / period) - 1) < MaxRefinement)
            bpm = 60 * framesPerSecond / steady.Average();

        var deviation = intervals.Count == 0 ? 1 : intervals.Average(interval => Math.Abs(interval - period)) / period;
        var strong = Quantile(onsets.Strength.Where(value => value > 0), 0.9);
        List<double> strengths = [.. frames.Select(frame => strong > 0 ? Math.Min(1, Near(onsets.Strength, frame) / strong) : 0)];
        var (meter, confidence, first) = Meter(onsets, chromagram, frames);
        return new Beats(
            bpm,
            clarity,
            Math.Clamp(1 - (4 * deviation), 0, 1),
            frames,
            strengths,
            meter,
            confidence,
            first,
            estimator.At(period / 3) + estimator.At(2 * period / 3) > 2 * Math.Max(0, estimator.At(period / 2)) + 0.1 ? 3 : 2);
    }

    /// <summary>Returns a quantile; 0 for no values.</summary>
    public static double Quantile(IEnumerable<float> values, double quantile)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[(int)(quantile * (sorted.Count - 1))];
    }

    private static float Near(float[] values, int frame) =>
        Math.Max(values[frame], Math.Max(values[Math.Max(0, frame - 1)], values[Math.Min(frame + 1, values.Length - 1)]));

    private static List<int> Frames(float[] onsets, double period)
    {
        var scale = Math.Sqrt(onsets.Average(value => (double)value * value));
        if (scale == 0) return [];
        var (shortest, longest) = (Math.Max(1, (int)(period / 2)), (int)(2 * period));
        var penalty = new double[longest + 1];
        for (var gap = shortest; gap <= longest; gap++)
        {
            var log = Math.Log(gap / period);
            penalty[gap] = -Tightness * log * log;
        }

        var (score, previous) = (new double[onsets.Length], new int[onsets.Length]);
        for (var frame = 0; frame < onsets.Length; frame++)
        {
            var (best, from) = (0.0, -1);
            for (var gap = shortest; gap <= Math.Min(longest, frame); gap++)
            {
                var candidate = score[frame - gap] + penalty[gap];
                if (candidate > best) (best, from) = (candidate, frame - gap);
            }

            (score[frame], previous[frame]) = (best + (onsets[frame] / scale), from);
        }

        var last = onsets.Length - 1;
        for (var frame = Math.Max(0, onsets.Length - longest); frame < onsets.Length; frame++)
            if (score[frame] > score[last]) last = frame;
        var beats = new List<int>();
        for (var frame = last; frame >= 0; frame = previous[frame]) beats.Add(frame);
        beats.Reverse();
        return beats;
    }

    /// <summary>
    /// Returns the beats per bar. Bars begin with a bass note or bass drum, and with another chord, so these repeat with the bar.
    /// </summary>
    private static (int Meter, double Confidence, int First) Meter(Onsets onsets, Chromagram chromagram, List<int> frames)
    {
        if (frames.Count < 16) return (DefaultMeter, 0, 0);
        var low = Normalized([.. frames.Select(frame => (double)Near(onsets.Low, frame))]);
        var all = Normalized([.. frames.Select(frame => (double)Near(onsets.Strength, frame))]);
        var chords = Normalized([.. frames.Select((_, i) => i == 0 ? 0 : ChordChange(chromagram, frames, i))]);
        double[] accents = [.. Enumerable.Range(0, frames.Count).Select(i => low[i] + (0.5 * all[i]) + chords[i])];
        accents = Normalized(accents);

        var scores = Meters.ToDictionary(meter => meter, meter => (Correlation(accents, meter) + Correlation(accents, 2 * meter)) / 2);
        var best = DefaultMeter;
        foreach (var meter in Meters)
            if (scores[meter] > scores[best] + (best == DefaultMeter ? 0.1 : 0)) best = meter;
        var confidence = Math.Clamp(scores[best] - scores.Where(score => score.Key != best).Max(score => score.Value), 0, 1);
        var first = Enumerable.Range(0, best)
            .MaxBy(phase => accents.Where((_, i) => i % best == phase).Average());
        return (best, confidence, first);
    }

    private static double ChordChange(Chromagram chromagram, List<int> frames, int beat)
    {
        const int FramesPerChroma = Chromagram.Hop / Spectrogram.Hop;
        var before = Mean(frames[beat - 1], frames[beat]);
        var after = Mean(frames[beat], beat + 1 < frames.Count ? frames[beat + 1] : frames[beat] + (frames[beat] - frames[beat - 1]));
        var (product, a, b) = (0.0, 1e-12, 1e-12);
        for (var i = 0; i < 12; i++)
        {
            product += before[i] * after[i];
            a += before[i] * before[i];
            b += after[i] * after[i];
        }

        return 1 - (product / Math.Sqrt(a * b));

        double[] Mean(int from, int to)
        {
            var sum = new double[12];
            var first = Math.Min(from / FramesPerChroma, chromagram.Count - 1);
            var last = Math.Clamp(to / FramesPerChroma, first + 1, Math.Max(first + 1, chromagram.Count));
            for (var frame = first; frame < last; frame++)
                for (var i = 0; i < 12; i++) sum[i] += chromagram.Frame(frame)[i];
            return sum;
        }
    }

    private static double[] Normalized(double[] values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return [.. values.Select(value => deviation > 1e-9 ? (value - mean) / deviation : 0)];
    }

    private static double Correlation(double[] values, int lag)
    {
        if (values.Length <= lag) return 0;
        var sum = 0.0;
        for (var i = lag; i < values.Length; i++) sum += values[i] * values[i - lag];
        return sum / (values.Length - lag);
    }
}
