namespace Spotify.Audio.Features;

/// <summary>Triangular bands of equal width on the mel scale (Stevens, Volkmann, Newman 1937; O'Shaughnessy's formula).</summary>
internal sealed class MelBands
{
    /// <summary>The number of bands.</summary>
    public const int Count = 40;

    /// <summary>The number of cepstral coefficients.</summary>
    public const int Coefficients = 20;

    /// <summary>The level of silence in dB.</summary>
    public const float Silence = -100;

    private const double MinFrequency = 30;

    // The power of each bin goes to a band and to the next one.
    private readonly int[] lower;
    private readonly float[] share;
    private readonly float[] sums = new float[Count + 2];

    /// <summary>Creates the bands for power spectra of a size.</summary>
    public MelBands(int bins, double sampleRate)
    {
        var (first, last) = (Mel(MinFrequency), Mel(sampleRate / 2));
        (lower, share) = (new int[bins], new float[bins]);
        for (var i = 0; i < bins; i++)
        {
            var position = (Mel(i * sampleRate / 2 / bins) - first) / (last - first) * (Count + 1);
            lower[i] = position < 0 ? -1 : (int)position;
            share[i] = (float)(position - (int)position);
        }
    }

    /// <summary>The matrix of the cosine transform: <see cref="Coefficients"/> rows of <see cref="Count"/> values.</summary>
    public static float[] Cosines { get; } =
    [
        .. from i in Enumerable.Range(0, Coefficients)
           from band in Enumerable.Range(0, Count)
           select (float)(Math.Sqrt((i == 0 ? 1.0 : 2.0) / Count) * Math.Cos(Math.PI * i * (band + 0.5) / Count)),
    ];

    /// <summary>Returns the center of a band in Hz.</summary>
    public static double Center(int band, double sampleRate)
    {
        var (first, last) = (Mel(MinFrequency), Mel(sampleRate / 2));
        return 700 * (Math.Pow(10, (first + ((last - first) * (band + 1) / (Count + 1))) / 2595) - 1);
    }

    /// <summary>Writes the level of each band in dB, at least <see cref="Silence"/>.</summary>
    public void Write(ReadOnlySpan<float> power, Span<float> levels)
    {
        Array.Clear(sums);
        for (var i = 0; i < power.Length; i++)
        {
            if (lower[i] < 0) continue;
            var upper = power[i] * share[i];
            sums[lower[i]] += power[i] - upper;
            sums[lower[i] + 1] += upper;
        }

        for (var i = 0; i < Count; i++) levels[i] = Decibels.Of(sums[i + 1]);
    }

    private static double Mel(double frequency) => 2595 * Math.Log10(1 + (frequency / 700));
}

/// <summary>Levels in dB.</summary>
internal static class Decibels
{
    /// <summary>Returns the level of a power, at least <see cref="MelBands.Silence"/>.</summary>
    public static float Of(double power) =>
        power > 1e-10 ? (float)(10 * Math.Log10(power)) : MelBands.Silence;
}
