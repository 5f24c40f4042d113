using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Evaluation;

/// <summary>Splits interactions into a part to train on and a part to predict.</summary>
public static class HoldOut
{
    /// <summary>Holds out a share of each listener's positive interactions, and at least leaves one.</summary>
    /// <param name="interactions">A row per listener.</param>
    /// <param name="share">The share to hold out, between 0 and 1.</param>
    /// <param name="seed">The seed of the choice.</param>
    /// <param name="maxListeners">The largest number of listeners to hold out from, chosen at random.</param>
    /// <returns>The remaining interactions and the held-out ones, both with the rows and columns of the interactions.</returns>
    public static (InteractionMatrix Train, InteractionMatrix Test) Split(
        InteractionMatrix interactions, double share, int seed, int maxListeners = int.MaxValue)
    {
        var random = new Random(seed);
        var chosen = new bool[interactions.RowCount];
        var order = Enumerable.Range(0, interactions.RowCount).ToArray();
        random.Shuffle(order);
        foreach (var row in order.Take(maxListeners)) chosen[row] = true;
        var (train, test) = (new List<Interaction>(interactions.Count), new List<Interaction>());
        for (var row = 0; row < interactions.RowCount; row++)
        {
            var tracks = interactions.Columns(row);
            var weights = interactions.Weights(row);
            var positive = Enumerable.Range(0, tracks.Length).Where(i => interactions.Weights(row)[i] > 0).ToArray();
            random.Shuffle(positive);
            var count = chosen[row] ? Math.Min((int)Math.Round(positive.Length * share), positive.Length - 1) : 0;
            var heldOut = positive.Take(count).ToHashSet();
            for (var i = 0; i < tracks.Length; i++)
                (heldOut.Contains(i) ? test : train).Add(new Interaction(row, tracks[i], weights[i]));
        }

        return (InteractionMatrix.Build(interactions.RowCount, interactions.ColumnCount, [.. train]),
            InteractionMatrix.Build(interactions.RowCount, interactions.ColumnCount, [.. test]));
    }
}
