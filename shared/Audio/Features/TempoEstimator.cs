namespace Spotify.Audio.Features;

/// <summary>A tempo.</summary>
/// <param name="Bpm">Beats per minute; 0 if there is no beat.</param>
/// <param name="Clarity">How clearly the onsets repeat with the beat, 0 to 1.</param>
internal readonly record struct TempoEstimate(double Bpm, double Clarity);

/// <summary>
/// An estimator of the tempo: the period whose multiples have the highest autocorrelation of the onsets. Autocorrelations of windows of
/// 12 s are added up, so that the tempo may drift. Periods near half a second are preferred, as by listeners (Parncutt 1994).
/// </summary>
internal sealed class TempoEstimator
{
    private const double MinBpm = 45;
    private const double MaxBpm = 230;
    private const double PreferredBpm = 118;

    // The standard deviation of the preference in octaves.
    private const double Preference = 0.9;
    private const double Step = 1.004;
    private const double LeastWeight = 0.3;
    private const int Window = 512;
    private static readonly double[] MultipleWeights = [1, 0.9, 0.6, 0.75];

    private readonly double framesPerSecond;
    private readonly double[] correlation;

    /// <summary>Reads the onsets of a range of frames.</summary>
    public TempoEstimator(ReadOnlySpan<float> onsets, double framesPerSecond)
    {
        this.framesPerSecond = framesPerSecond;
        correlation = Correlate(onsets, (int)(MultipleWeights.Length * 60 / MinBpm * framesPerSecond) + 2);
    }

    /// <summary>Returns the tempo.</summary>
    public TempoEstimate Estimate()
    {
        var (best, bestScore, clarity) = (0.0, 0.0, 0.0);
        for (var bpm = MinBpm; bpm < MaxBpm; bpm *= Step)
        {
            var period = 60 / bpm * framesPerSecond;
            var (sum, least) = (0.0, 1.0);
            for (var i = 0; i < MultipleWeights.Length; i++)
            {
                var value = At((i + 1) * period);
                sum += MultipleWeights[i] * value;
                least = Math.Min(least, value);
            }

            // Every multiple of a beat has onsets; of one and a half beats, only every other.
            sum = ((1 - LeastWeight) * sum / MultipleWeights.Sum()) + (LeastWeight * least);
            var octaves = Math.Log2(bpm / PreferredBpm) / Preference;
            var score = sum * Math.Exp(-0.5 * octaves * octaves);
            if (score > bestScore) (best, bestScore, clarity) = (bpm, score, sum);
        }

        return new TempoEstimate(best, Math.Clamp(clarity, 0, 1));
    }

    /// <summary>Returns the autocorrelation of the onsets at a period in frames, at most 1.</summary>
    public double At(double period)
    {
        var index = (int)period;
        if (index + 1 >= correlation.Length) return 0;
        var fraction = period - index;
        return ((1 - fraction) * correlation[index]) + (fraction * correlation[index + 1]);
    }

    private static double[] Correlate(ReadOnlySpan<float> onsets, int lags)
    {
        var result = new double[lags];
        var energy = 0.0;
        var window = new float[Window];
        for (var start = 0; start == 0 || start + (Window / 2) < onsets.Length; start += Window / 2)
        {
            var part = onsets[start..Math.Min(start + Window, onsets.Length)];
            if (part.IsEmpty) break;
            var mean = 0f;
            foreach (var value in part) mean += value / part.Length;
            for (var i = 0; i < part.Length; i++) window[i] = part[i] - mean;
            for (var lag = 0; lag < Math.Min(lags, part.Length - 1); lag++)
            {
                var sum = 0f;
                for (var i = lag; i < part.Length; i++) sum += window[i] * window[i - lag];
                var unbiased = (double)sum * part.Length / (part.Length - lag);
                result[lag] += part.Length - lag >= Window / 8 ? unbiased : sum;
                if (lag == 0) energy += sum;
            }
        }

        if (energy > 0)
            for (var lag = 0; lag < lags; lag++) result[lag] /= energy;
        return result;
    }
}
