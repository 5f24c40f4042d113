using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Items;
using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Training;

/// <summary>
/// A trained model, in memory or opened from files: all that recommendations need apart from the listener. Rows of all parts are those
/// of <see cref="Tracks"/>.
/// </summary>
public sealed class TrainedModel : IDisposable
{
    /// <summary>The tracks.</summary>
    public required TrackTable Tracks { get; init; }

    /// <summary>The popular tracks of markets.</summary>
    public PopularTracks Popular { get; init; } = PopularTracks.Empty;

    /// <summary>The factor model.</summary>
    public required FactorModel Factors { get; init; }

    /// <summary>The tracks by the inner product of their factors.</summary>
    public required NeighbourIndex FactorIndex { get; init; }

    /// <summary>The item model; null if there is none, because too little was listened to.</summary>
    public ItemModel? Items { get; init; }

    /// <summary>The tracks by the cosine of their content vectors.</summary>
    public required NeighbourIndex ContentIndex { get; init; }

    /// <summary>The content vectors, of length 1 or 0 (nothing is known).</summary>
    public VectorTable Content => ContentIndex.Vectors;

    /// <summary>The tracks by the cosine of the embeddings of their sound; null if no track's sound is known.</summary>
    public NeighbourIndex? AudioIndex { get; init; }

    /// <summary>The embeddings of the tracks' sound, of length 1 or 0 (unknown).</summary>
    public VectorTable? Audio => AudioIndex?.Vectors;

    /// <summary>The weights of the signals, as chosen by the training.</summary>
    public required EnsembleOptions Ensemble { get; init; }

    /// <summary>Frees the memory of the indexes. The model must not be used any more.</summary>
    public void Dispose()
    {
        FactorIndex.Dispose();
        ContentIndex.Dispose();
        AudioIndex?.Dispose();
    }
}
