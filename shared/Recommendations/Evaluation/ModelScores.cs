using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Ranking;

namespace Spotify.Recommendations.Evaluation;

/// <summary>The scores of models, for <see cref="Evaluator"/>.</summary>
internal static class ModelScores
{
    /// <summary>Returns the popularity of each track, from 0 to 1: the logarithm of its number of listeners.</summary>
    public static float[] Popularity(InteractionMatrix interactions)
    {
        var listeners = new int[interactions.ColumnCount];
        for (var row = 0; row < interactions.RowCount; row++)
        {
            var tracks = interactions.Columns(row);
            var weights = interactions.Weights(row);
            for (var i = 0; i < tracks.Length; i++)
                if (weights[i] > 0) listeners[tracks[i]]++;
        }

        var most = Math.Log(1 + Math.Max(1, listeners.Append(0).Max()));
        return Array.ConvertAll(listeners, count => (float)(Math.Log(1 + count) / most));
    }

    /// <summary>Scores all tracks by a factor model.</summary>
    public static void Factors(FactorModel model, ReadOnlySpan<Preference> history, Span<float> scores)
    {
        Span<float> listener = stackalloc float[model.Dimensions];
        model.FoldIn(history, listener);
        for (var track = 0; track < scores.Length; track++) scores[track] = Kernels.Dot(listener, model.Track(track));
    }

    /// <summary>Returns the scores of the tracks that a recommender ranks first.</summary>
    public static TrackScoring Ranked(Recommender recommender) => (_, history, scores) =>
    {
        Span<RankedTrack> ranked = stackalloc RankedTrack[Metrics.Cutoff];
        var count = recommender.Rank(history, ranked);
        scores.Fill(float.NegativeInfinity);
        for (var rank = 0; rank < count; rank++) scores[ranked[rank].Row] = count - rank;
    };
}
