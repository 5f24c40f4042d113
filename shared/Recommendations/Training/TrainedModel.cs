using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Neighbours;
using Spotify.Recommendations.Ranking;
using Spotify.Recommendations.Tracks;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Training;

/// <summary>
/// All that the recommender needs: fresh from training, or opened from files. The parts have the same rows: those of <see cref="Tracks"/>.
/// </summary>
public sealed class TrainedModel : IDisposable
{
    /// <summary>The tracks that can be recommended.</summary>
    public required TrackTable Tracks { get; init; }

    /// <summary>The most played tracks per market and part of the day.</summary>
    public PopularTracks Popular { get; init; } = PopularTracks.Empty;

    /// <summary>The factor model; null if nobody has listened yet. The vectors of tracks without listeners are zero.</summary>
    public FactorModel? Factors { get; init; }

    /// <summary>The index of the factor model's vectors, by inner product. Present if <see cref="Factors"/> is.</summary>
    public NeighbourIndex? FactorIndex { get; init; }

    /// <summary>The index of the content vectors, by inner product. Tracks about which nothing is known have zero vectors.</summary>
    public required NeighbourIndex ContentIndex { get; init; }

    /// <summary>The index of the embeddings of the sound, by cosine; null if none is known. Unknown sounds are zero vectors.</summary>
    public NeighbourIndex? AudioIndex { get; init; }

    /// <summary>The weights of the signals that training has chosen, or the defaults.</summary>
    public EnsembleOptions Ensemble { get; init; } = new();

    /// <summary>The content vectors, of length 1 or 0.</summary>
    public VectorTable Content => ContentIndex.Vectors;

    /// <summary>The embeddings of the sound, of length 1 or 0.</summary>
    public VectorTable? Audio => AudioIndex?.Vectors;

    /// <summary>Frees the memory of the indexes and closes their files.</summary>
    public void Dispose()
    {
        FactorIndex?.Dispose();
        ContentIndex.Dispose();
        AudioIndex?.Dispose();
    }
}
