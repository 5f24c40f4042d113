using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Evaluation;

/// <summary>Scores all tracks for a listener. Called by several threads at once.</summary>
/// <param name="listener">The listener's row.</param>
/// <param name="history">The listener's interactions.</param>
/// <param name="scores">Receives a score per track. Tracks with negative infinity or NaN are not recommended.</param>
public delegate void TrackScoring(int listener, ReadOnlySpan<Preference> history, Span<float> scores);

/// <summary>Measures recommendations against held-out interactions.</summary>
public static class Evaluator
{
    /// <summary>Measures the tracks with the highest scores that the listener has no interaction with.</summary>
    /// <param name="train">The interactions that the model knows.</param>
    /// <param name="test">The interactions to predict. Listeners without one are left out.</param>
    /// <param name="scoring">The model.</param>
    /// <param name="threads">The number of threads, which changes nothing in the result.</param>
    /// <param name="advance">Called for each listener, by several threads.</param>
    /// <param name="ct">Cancels.</param>
    public static Metrics Measure(
        InteractionMatrix train, InteractionMatrix test, TrackScoring scoring, int threads, Action? advance, CancellationToken ct)
    {
        var listeners = Enumerable.Range(0, test.RowCount).Where(row => test.Length(row) > 0).ToArray();
        var (results, recommended) = (new ListenerMetrics[listeners.Length], new bool[train.ColumnCount]);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = ct };
        Parallel.For(0, listeners.Length, parallel, () => new float[train.ColumnCount], (index, _, scores) =>
        {
            var listener = listeners[index];
            Array.Clear(scores);
            var history = History(train, listener);
            scoring(listener, history, scores);
            foreach (var (track, _) in history) scores[track] = float.NegativeInfinity;
            Span<int> top = stackalloc int[Metrics.Cutoff];
            var count = TopTracks.Select(scores, top);
            foreach (var track in top[..count]) recommended[track] = true;
            results[index] = ListenerMetrics.Of(top[..count], test.Columns(listener));
            advance?.Invoke();
            return scores;
        }, _ => { });
        if (results.Length == 0) return default;
        return new Metrics(
            results.Length,
            results.Average(one => one.Precision),
            results.Average(one => one.Recall),
            results.Average(one => one.Ndcg),
            results.Average(one => one.Hit),
            recommended.Count(one => one) / (double)recommended.Length);
    }

    /// <summary>Returns a row of a matrix as a history.</summary>
    public static Preference[] History(InteractionMatrix interactions, int listener)
    {
        var tracks = interactions.Columns(listener);
        var weights = interactions.Weights(listener);
        var history = new Preference[tracks.Length];
        for (var i = 0; i < history.Length; i++) history[i] = new Preference(tracks[i], weights[i]);
        return history;
    }

    private readonly record struct ListenerMetrics(double Precision, double Recall, double Ndcg, double Hit)
    {
        public static ListenerMetrics Of(ReadOnlySpan<int> recommendations, ReadOnlySpan<int> relevant)
        {
            var (first, all, gain, ideal) = (0, 0, 0d, 0d);
            for (var rank = 0; rank < recommendations.Length; rank++)
            {
                if (relevant.BinarySearch(recommendations[rank]) < 0) continue;
                all++;
                if (rank < 10) first++;
                gain += 1 / Math.Log2(rank + 2);
            }

            for (var rank = 0; rank < Math.Min(relevant.Length, Metrics.Cutoff); rank++) ideal += 1 / Math.Log2(rank + 2);
            return new ListenerMetrics(first / 10d, all / (double)relevant.Length, gain / ideal, all > 0 ? 1 : 0);
        }
    }
}
