namespace Spotify.Recommendations.Mixes;

/// <summary>A track that a listener likes.</summary>
/// <param name="Id">The track's id.</param>
/// <param name="Weight">The preference, as in training; more than 0.</param>
public readonly record struct LikedTrack(UInt128 Id, float Weight);

/// <summary>A cluster of a listener's taste.</summary>
/// <param name="Number">The number of the mix, from 1.</param>
/// <param name="Tracks">The liked tracks, those with the greatest weights first.</param>
public sealed record TasteCluster(int Number, IReadOnlyList<LikedTrack> Tracks);

/// <summary>Settings of <see cref="TasteClusters"/>.</summary>
public sealed record ClusterOptions
{
    /// <summary>The largest number of clusters, at least 1.</summary>
    public int MaxClusters { get; init; } = 6;

    /// <summary>The smallest number of tracks of a cluster. Smaller clusters are merged with similar ones. At least 1.</summary>
    public int MinTracks { get; init; } = 8;

    /// <summary>The number of tracks that are used: those with the greatest weights. At least 1.</summary>
    public int MaxTracks { get; init; } = 200;

    /// <summary>
    /// The mean silhouette, from -1 to 1, from which tracks are clustered at all. Below, the taste is one cluster.
    /// </summary>
    public double MinSilhouette { get; init; } = 0.1;

    /// <summary>The advantage in mean silhouette that clusters which resemble the previous ones have over others.</summary>
    public double Hysteresis { get; init; } = 0.04;

    /// <summary>The cosine of the centers, from -1 to 1, from which a cluster continues a previous mix.</summary>
    public double SameMix { get; init; } = 0.5;

    /// <summary>The number of random starts per number of clusters, at least 1.</summary>
    public int Starts { get; init; } = 3;

    /// <summary>Throws if a setting is invalid.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate()
    {
        var valid = MaxClusters >= 1 && MinTracks >= 1 && MaxTracks >= 1 && Starts >= 1
            && MinSilhouette is >= -1 and <= 1 && Hysteresis >= 0 && SameMix is >= -1 and <= 1;
        if (!valid) throw new ArgumentException($"The settings of the clusters are invalid: {this}");
    }
}
