namespace Spotify.Audio.Features;

/// <summary>
/// A finder of sections: the times at which timbre and harmony before and after differ most (novelty, Foote 2000, with means in place of
/// the full kernel).
/// </summary>
internal static class SectionFinder
{
    // The seconds that are compared on each side, and the shortest section.
    private const int Radius = 8;
    private const int MinSeconds = 8;
    private const int MaxSections = 60;
    private const int Coefficients = 12;

    // Relative to the mean novelty of the recording.
    private const double Threshold = 1.4;
    private const double MinNovelty = 0.05;

    /// <summary>Returns the start of each section in seconds, and its novelty, 0 to 1. The first section starts at 0.</summary>
    public static IReadOnlyList<(double Seconds, double Novelty)> Find(Spectrogram spectrogram, Chromagram chromagram, double sampleRate)
    {
        var seconds = Seconds(spectrogram, chromagram, sampleRate);
        var novelty = new double[seconds.Count];
        for (var i = Radius / 2; i + (Radius / 2) <= seconds.Count; i++)
        {
            var before = Mean(seconds, Math.Max(0, i - Radius), i);
            var after = Mean(seconds, i, Math.Min(seconds.Count, i + Radius));
            novelty[i] = Distance(before, after);
        }

        var found = new List<(double Seconds, double Novelty)> { (0, 1) };
        if (seconds.Count == 0) return found;
        var mean = novelty.Average();
        var peaks = Enumerable.Range(1, seconds.Count - 1)
            .Where(i => i >= MinSeconds && i + MinSeconds <= seconds.Count && novelty[i] > Math.Max(MinNovelty, Threshold * mean))
            .OrderByDescending(i => novelty[i]);
        foreach (var peak in peaks)
        {
            if (found.Count == MaxSections) break;
            if (found.TrueForAll(other => Math.Abs(other.Seconds - peak) >= MinSeconds)) found.Add((peak, Math.Min(1, novelty[peak])));
        }

        return [.. found.OrderBy(section => section.Seconds)];
    }

    /// <summary>Returns the mean cepstrum and pitch classes of each second.</summary>
    private static List<double[]> Seconds(Spectrogram spectrogram, Chromagram chromagram, double sampleRate)
    {
        var seconds = new List<double[]>();
        Span<double> cepstrum = stackalloc double[Coefficients];
        for (var second = 0; ; second++)
        {
            var first = (int)(second * sampleRate / Spectrogram.Hop);
            var end = (int)((second + 1) * sampleRate / Spectrogram.Hop);
            if (end > spectrogram.Count) return seconds;
            var mean = new double[Coefficients + 12];
            for (var frame = first; frame < end; frame++)
            {
                EmbeddingVector.Cepstrum(spectrogram.Frame(frame), cepstrum);
                // A difference of 20 dB counts as much as another chord.
                for (var i = 0; i < Coefficients; i++) mean[i] += cepstrum[i] / (end - first) / 60;
            }

            var chroma = Math.Min((int)(second * sampleRate / Chromagram.Hop), chromagram.Count);
            var chromaEnd = Math.Min((int)((second + 1) * sampleRate / Chromagram.Hop), chromagram.Count);
            var squares = 1e-12;
            for (var frame = chroma; frame < chromaEnd; frame++)
                for (var i = 0; i < 12; i++) mean[Coefficients + i] += chromagram.Frame(frame)[i];
            for (var i = 0; i < 12; i++) squares += mean[Coefficients + i] * mean[Coefficients + i];
            for (var i = 0; i < 12; i++) mean[Coefficients + i] *= 0.5 / Math.Sqrt(squares);
            seconds.Add(mean);
        }
    }

    private static double[] Mean(List<double[]> values, int first, int end)
    {
        var mean = new double[values[0].Length];
        for (var i = first; i < end; i++)
            for (var j = 0; j < mean.Length; j++) mean[j] += values[i][j] / (end - first);
        return mean;
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
}
