using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Items;

namespace Spotify.Recommendations.Ranking;

/// <summary>The item model's scores for a listener. Used again for the next listener, so that nothing is allocated.</summary>
/// <param name="model">The item model, if there is one.</param>
/// <param name="covered">The tracks that it covers.</param>
internal sealed class ItemScores(ItemModel? model, CoveredTracks? covered)
{
    private readonly float[] scores = new float[covered?.Count ?? 0];
    private readonly PriorityQueue<int, (float Score, int Order)> best = new();
    private int[] touched = new int[1024];
    private int count;

    /// <summary>Whether a track of the history influences another one.</summary>
    public bool Any => count > 0;

    /// <summary>Returns the score of a track; NaN if the model does not cover it.</summary>
    public float this[int row] => covered!.Number(row) is >= 0 and var number ? scores[number] : float.NaN;

    /// <summary>Computes the scores for the next listener.</summary>
    public void Load(ReadOnlySpan<Preference> history)
    {
        for (var i = 0; i < count; i++) scores[touched[i]] = 0;
        count = 0;
        if (model is null || covered is null) return;
        foreach (var (track, weight) in history)
        {
            var factor = model.Options.Transform(weight);
            var neighbours = covered.Neighbours(track);
            var influences = model.Influences(track);
            if (count + neighbours.Length > touched.Length)
                Array.Resize(ref touched, Math.Max(count + neighbours.Length, touched.Length * 2));
            for (var i = 0; i < neighbours.Length; i++)
            {
                ref var score = ref scores[neighbours[i]];
                if (score == 0) touched[count++] = neighbours[i];
                score += factor * influences[i];
            }
        }
    }

    /// <summary>Finds the tracks with the highest scores above 0, in no particular order.</summary>
    /// <param name="most">The maximum number of tracks.</param>
    /// <param name="profile">The filter of the tracks.</param>
    /// <param name="rows">Receives the rows.</param>
    /// <returns>The number of tracks found.</returns>
    public int FindBest(int most, ListenerProfile profile, Span<int> rows)
    {
        best.Clear();
        for (var i = 0; i < count && most > 0; i++)
        {
            // A score that returned to 0 in between is there twice.
            var (row, score) = (covered!.Row(touched[i]), scores[touched[i]]);
            if (!(score > 0)) continue;
            if (best.Count < most)
            {
                if (profile.Matches(row)) best.Enqueue(row, (score, -row));
            }
            else if (best.TryPeek(out _, out var least) && score > least.Score && profile.Matches(row))
                best.EnqueueDequeue(row, (score, -row));
        }

        var found = best.Count;
        for (var i = 0; i < found; i++) rows[i] = best.Dequeue();
        return found;
    }
}
