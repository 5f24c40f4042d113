using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Items;

/// <summary>
/// An item model of the kind of EASE (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", 2019): each track of a history
/// adds its influence to the scores of its neighbours. Covers only the tracks with the most listeners.
/// </summary>
public sealed class ItemModel
{
    private readonly ReadOnlyMemory<int> starts;
    private readonly ReadOnlyMemory<int> neighbours;
    private readonly ReadOnlyMemory<float> influences;

    /// <summary>Creates a model from its parts, which may be memory-mapped.</summary>
    /// <param name="options">The settings the model was trained with.</param>
    /// <param name="starts">The position of the first neighbour of each track, and the end of those of the last one.</param>
    /// <param name="neighbours">The rows of the neighbours of all tracks; ascending for each track.</param>
    /// <param name="influences">The influences on the neighbours.</param>
    /// <exception cref="ArgumentException">The parts do not fit together, or an influence is not finite.</exception>
    public ItemModel(
        ItemModelOptions options, ReadOnlyMemory<int> starts, ReadOnlyMemory<int> neighbours, ReadOnlyMemory<float> influences)
    {
        Options = options;
        (this.starts, this.neighbours, this.influences) = (starts, neighbours, influences);
        Check();
    }

    /// <summary>The settings the model was trained with.</summary>
    public ItemModelOptions Options { get; }

    /// <summary>The number of tracks of the catalog, covered or not.</summary>
    public int Tracks => starts.Length - 1;

    /// <summary>The position of the first neighbour of each track, and the end of those of the last one.</summary>
    public ReadOnlySpan<int> Starts => starts.Span;

    /// <summary>The rows of the neighbours of all tracks.</summary>
    public ReadOnlySpan<int> AllNeighbours => neighbours.Span;

    /// <summary>The influences on the neighbours of all tracks.</summary>
    public ReadOnlySpan<float> AllInfluences => influences.Span;

    /// <summary>Returns the rows of the tracks whose score a track influences, in ascending order.</summary>
    public ReadOnlySpan<int> Neighbours(int track)
    {
        var all = starts.Span;
        return neighbours.Span[all[track]..all[track + 1]];
    }

    /// <summary>Returns the influence on each neighbour of a track, in their order.</summary>
    public ReadOnlySpan<float> Influences(int track)
    {
        var all = starts.Span;
        return influences.Span[all[track]..all[track + 1]];
    }

    /// <summary>Adds the score of each track for a listener.</summary>
    /// <param name="history">The listener's interactions.</param>
    /// <param name="scores">
    /// Receives a score per track; zeros at first. Tracks that no track of the history influences are unchanged.
    /// </param>
    public void Score(ReadOnlySpan<Preference> history, Span<float> scores)
    {
        foreach (var (track, weight) in history)
        {
            var factor = Options.Transform(weight);
            var rows = Neighbours(track);
            var values = Influences(track);
            for (var i = 0; i < rows.Length; i++) scores[rows[i]] += factor * values[i];
        }
    }

    private void Check()
    {
        var positions = starts.Span;
        var ordered = positions.Length > 0 && positions[0] == 0 && positions[^1] == neighbours.Length;
        for (var track = 1; ordered && track < positions.Length; track++) ordered = positions[track] >= positions[track - 1];
        if (!ordered || neighbours.Length != influences.Length)
            throw new ArgumentException("The parts of the item model do not fit together.");
        foreach (var row in neighbours.Span)
            if ((uint)row >= (uint)Tracks) throw new ArgumentException("The item model has a neighbour that is not a track.");
        foreach (var influence in influences.Span)
            if (!float.IsFinite(influence)) throw new ArgumentException("The item model has an influence that is not finite.");
    }
}
