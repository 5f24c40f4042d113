namespace Spotify.Audio.Features;

/// <summary>
/// The strength of note onsets in each frame of a spectrogram: the rise of the levels over two frames, compared with neighbouring bands so
/// that vibrato is no onset (SuperFlux, Böck and Widmer 2013).
/// </summary>
internal sealed class Onsets
{
    private const int Lag = 2;

    // Levels below this, relative to the loudest frames, are noise.
    private const float DynamicRange = 60;
    private const float MaxRise = 30;

    // Bands below about 200 Hz, where the bass drum is.
    private const int LowBands = 3;

    // Half the width of the local mean, in frames: half a second.
    private const int MeanRadius = 21;

    private Onsets(float[] strength, float[] low)
    {
        (Strength, Low) = (strength, low);
        foreach (var value in strength) Mean += value / Math.Max(1, strength.Length);
    }

    /// <summary>The strength above its local mean, in dB per band.</summary>
    public float[] Strength { get; }

    /// <summary>The same of the low bands.</summary>
    public float[] Low { get; }

    /// <summary>The mean strength.</summary>
    public double Mean { get; }

    /// <summary>Returns the onsets of a spectrogram.</summary>
    public static Onsets Of(Spectrogram spectrogram)
    {
        var count = spectrogram.Count;
        var (all, low) = (new float[count], new float[count]);
        var floor = Peak(spectrogram.Levels) - DynamicRange;
        if (floor < MelBands.Silence + 5) floor = MelBands.Silence + 5;
        for (var frame = 1; frame < count; frame++)
        {
            var now = spectrogram.Frame(frame);
            var before = spectrogram.Frame(Math.Max(0, frame - Lag));
            var (sum, lowSum) = (0f, 0f);
            for (var band = 0; band < MelBands.Count; band++)
            {
                var neighbours = Math.Max(before[Math.Max(0, band - 1)], before[Math.Min(band + 1, MelBands.Count - 1)]);
                var reference = Math.Max(before[band], neighbours);
                var rise = Math.Clamp(Math.Max(now[band], floor) - Math.Max(reference, floor), 0, MaxRise);
                sum += rise;
                if (band < LowBands) lowSum += rise;
            }

            (all[frame], low[frame]) = (sum / MelBands.Count, lowSum / LowBands);
        }

        return new Onsets(AboveMean(all), AboveMean(low));
    }

    /// <summary>Returns the frames of the onsets: the local maxima that stand out.</summary>
    /// <param name="threshold">The smallest strength.</param>
    /// <param name="distance">The smallest number of frames between two onsets.</param>
    public List<int> Peaks(double threshold, int distance)
    {
        var peaks = new List<int>();
        for (var i = 1; i + 1 < Strength.Length; i++)
        {
            if (Strength[i] < threshold || Strength[i] < Strength[i - 1] || Strength[i] <= Strength[i + 1]) continue;
            if (peaks.Count == 0 || i - peaks[^1] >= distance) peaks.Add(i);
            else if (Strength[i] > Strength[peaks[^1]]) peaks[^1] = i;
        }

        return peaks;
    }

    private static float Peak(ReadOnlySpan<float> levels)
    {
        var max = MelBands.Silence;
        foreach (var level in levels) max = Math.Max(max, level);
        return max;
    }

    private static float[] AboveMean(float[] values)
    {
        var result = new float[values.Length];
        var sum = 0.0;
        for (var i = -MeanRadius; i < values.Length; i++)
        {
            if (i + MeanRadius < values.Length) sum += values[i + MeanRadius];
            if (i - MeanRadius - 1 >= 0) sum -= values[i - MeanRadius - 1];
            if (i < 0) continue;
            var width = Math.Min(i + MeanRadius, values.Length - 1) - Math.Max(0, i - MeanRadius) + 1;
            result[i] = Math.Max(0, values[i] - (float)(sum / width));
        }

        return result;
    }
}
