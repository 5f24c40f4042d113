namespace Spotify.Recommendations.Ranking;

/// <summary>
/// The mix of the signals into one score per candidate. Each signal is first normalized over the listener's candidates to mean 0 and
/// standard deviation 1, because the scales of the signals differ, and differ between listeners.
/// </summary>
public static class ScoreMixer
{
    /// <summary>Mixes signals. A signal that is missing for a candidate gives its weight to the others.</summary>
    /// <param name="signals">The scores, which are replaced by their normalized values.</param>
    /// <param name="options">The weights.</param>
    /// <param name="mixed">
    /// Receives a score per candidate: 0 is the average; negative infinity if no signal with a weight has a score.
    /// </param>
    /// <exception cref="ArgumentException">A signal has another number of candidates.</exception>
    public static void Mix(SignalScores signals, EnsembleOptions options, Span<float> mixed)
    {
        var factors = Normalize(signals.Factors, mixed.Length);
        var items = Normalize(signals.Items, mixed.Length);
        var content = Normalize(signals.Content, mixed.Length);
        var audio = Normalize(signals.Audio, mixed.Length);
        var popularity = Normalize(signals.Popularity, mixed.Length);
        for (var i = 0; i < mixed.Length; i++)
        {
            var collaborative = new Average();
            collaborative.Add(factors, i, 1 - options.ItemShare);
            collaborative.Add(items, i, options.ItemShare);
            var all = new Average();
            all.Add(collaborative.Value, options.Collaborative);
            all.Add(content, i, options.Content);
            all.Add(audio, i, options.Audio);
            all.Add(popularity, i, options.Popularity);
            mixed[i] = float.IsNaN(all.Value) ? float.NegativeInfinity : all.Value;
        }
    }

    /// <summary>Normalizes scores in place to mean 0 and standard deviation 1. NaN stays.</summary>
    /// <returns>The scores; empty if they are all equal or missing, because they rank nothing then.</returns>
    public static Span<float> Normalize(Span<float> scores)
    {
        var (count, sum) = (0, 0d);
        foreach (var score in scores)
            if (!float.IsNaN(score)) (count, sum) = (count + 1, sum + score);
        if (count == 0) return [];
        var (mean, squares) = (sum / count, 0d);
        foreach (var score in scores)
            if (!float.IsNaN(score)) squares += (score - mean) * (score - mean);
        var deviation = Math.Sqrt(squares / count);
        if (!(deviation > 1e-6 * Math.Abs(mean)) || !double.IsFinite(deviation)) return [];
        var (shift, scale) = ((float)mean, (float)(1 / deviation));
        foreach (ref var score in scores) score = (score - shift) * scale;
        return scores;
    }

    private static Span<float> Normalize(Span<float> scores, int count)
    {
        if (!scores.IsEmpty && scores.Length != count)
            throw new ArgumentException($"A signal has {scores.Length} scores for {count} candidates.");
        return Normalize(scores);
    }

    private struct Average
    {
        private float sum;
        private float weights;

        public readonly float Value => weights > 0 ? sum / weights : float.NaN;

        public void Add(ReadOnlySpan<float> scores, int index, float weight)
        {
            if (!scores.IsEmpty) Add(scores[index], weight);
        }

        public void Add(float score, float weight)
        {
            if (!float.IsNaN(score)) (sum, weights) = (sum + (weight * score), weights + weight);
        }
    }
}
