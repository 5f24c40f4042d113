using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Tests.Factors;

/// <summary>Matrices of random interactions.</summary>
internal static class RandomMatrix
{
    /// <summary>Returns a matrix in which a share of the pairs have weights: three of four positive, the others negative.</summary>
    public static InteractionMatrix Of(int listeners, int tracks, double share, int seed)
    {
        var random = new Random(seed);
        var interactions =
            from listener in Enumerable.Range(0, listeners)
            from track in Enumerable.Range(0, tracks)
            where random.NextDouble() < share
            select new Interaction(listener, track, (random.Next(4) == 0 ? -1 : 1) * (random.NextSingle() + 0.1f));
        return InteractionMatrix.Build(listeners, tracks, interactions.ToArray());
    }

    /// <summary>Returns a row as a history.</summary>
    public static Preference[] History(InteractionMatrix matrix, int listener)
    {
        var history = new Preference[matrix.Length(listener)];
        for (var i = 0; i < history.Length; i++) history[i] = new(matrix.Columns(listener)[i], matrix.Weights(listener)[i]);
        return history;
    }

    /// <summary>Returns the matrix with the interactions that meet a condition.</summary>
    public static InteractionMatrix Where(InteractionMatrix matrix, Func<Interaction, bool> condition) =>
        InteractionMatrix.Build(matrix.RowCount, matrix.ColumnCount, Interactions(matrix).Where(condition).ToArray());

    /// <summary>Returns the matrix with other interactions in place of its own.</summary>
    public static InteractionMatrix Select(InteractionMatrix matrix, Func<Interaction, Interaction> selector) =>
        InteractionMatrix.Build(matrix.RowCount, matrix.ColumnCount, Interactions(matrix).Select(selector).ToArray());

    private static IEnumerable<Interaction> Interactions(InteractionMatrix matrix) =>
        from listener in Enumerable.Range(0, matrix.RowCount)
        from preference in History(matrix, listener)
        select new Interaction(listener, preference.Track, preference.Weight);
}
