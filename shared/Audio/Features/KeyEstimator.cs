namespace Spotify.Audio.Features;

/// <summary>A key.</summary>
/// <param name="PitchClass">The tonic, 0 (C) to 11 (B); -1 if there is none.</param>
/// <param name="Mode">1 for major, 0 for minor; -1 if there is none.</param>
/// <param name="Confidence">The confidence, 0 to 1.</param>
/// <param name="ModeConfidence">The confidence in the mode, 0 to 1.</param>
/// <param name="Majorness">How much better the best major key fits than the best minor key, -1 to 1.</param>
internal readonly record struct KeyEstimate(int PitchClass, int Mode, double Confidence, double ModeConfidence, double Majorness)
{
    public static readonly KeyEstimate None = new(-1, -1, 0, 0, 0);
}

/// <summary>
/// An estimator of the key: the correlation of pitch classes with profiles of the 24 keys (Krumhansl 1990; profiles of Albrecht and
/// Shanahan 2013), and of the bass, which plays the tonic more often than the third.
/// </summary>
internal static class KeyEstimator
{
    private const double BassWeight = 0.3;

    // Music begins with the tonic more often than not, which tells a key from its relative one.
    private const double OpeningWeight = 0.25;
    private const int OpeningFrames = 16;

    private static readonly double[] Major = [0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081];
    private static readonly double[] Minor = [0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052];
    private static readonly double[] MajorBass = [1, 0, 0.25, 0, 0.2, 0.5, 0, 0.55, 0, 0.3, 0, 0.05];
    private static readonly double[] MinorBass = [1, 0, 0.1, 0.3, 0, 0.4, 0, 0.5, 0.35, 0, 0.35, 0.05];

    /// <summary>Returns the key of some frames.</summary>
    public static KeyEstimate Of(Chromagram chromagram, int first, int count)
    {
        var (chroma, bass, opening) = (new double[12], new double[12], new double[12]);
        var silent = 0;
        for (var frame = first; frame < first + count; frame++)
        {
            for (var pitch = 0; pitch < 12; pitch++)
            {
                chroma[pitch] += chromagram.Frame(frame)[pitch];
                bass[pitch] += chromagram.Bass(frame)[pitch];
                if (frame - first - silent < OpeningFrames)
                    opening[pitch] += chromagram.Frame(frame)[pitch] + chromagram.Bass(frame)[pitch];
            }

            if (frame - first == silent && chroma.Sum() == 0) silent++;
        }

        if (chroma.Max() - chroma.Min() < 1e-9) return KeyEstimate.None;
        var scores = Enumerable.Range(0, 24)
            .Select(i => Correlation(chroma, i < 12 ? Major : Minor, i % 12)
                + (BassWeight * Correlation(bass, i < 12 ? MajorBass : MinorBass, i % 12))
                + (OpeningWeight * Triad(opening, i % 12, i < 12 ? 4 : 3)))
            .ToArray();
        var best = Array.IndexOf(scores, scores.Max());
        var other = scores.Where((_, i) => i % 12 != best % 12).Max();
        var (major, minor) = (scores[..12].Max(), scores[12..].Max());
        var parallel = scores[best < 12 ? best + 12 : best - 12];
        return new KeyEstimate(
            best % 12,
            best < 12 ? 1 : 0,
            Math.Clamp(4 * (scores[best] - other), 0, 1),
            Math.Clamp(4 * (scores[best] - Math.Max(parallel, Math.Min(major, minor))), 0, 1),
            Math.Clamp(major - minor, -1, 1));
    }

    private static double Triad(double[] chroma, int root, int third) =>
        ((1.5 * chroma[root]) + chroma[(root + third) % 12] + chroma[(root + 7) % 12]) / (chroma.Sum() + 1e-9);

    private static double Correlation(double[] chroma, double[] profile, int tonic)
    {
        var (chromaMean, profileMean) = (chroma.Average(), profile.Average());
        var (product, chromaSquares, profileSquares) = (0.0, 0.0, 0.0);
        for (var i = 0; i < 12; i++)
        {
            var (x, y) = (chroma[(i + tonic) % 12] - chromaMean, profile[i] - profileMean);
            product += x * y;
            chromaSquares += x * x;
            profileSquares += y * y;
        }

        return chromaSquares > 0 ? product / Math.Sqrt(chromaSquares * profileSquares) : 0;
    }
}
