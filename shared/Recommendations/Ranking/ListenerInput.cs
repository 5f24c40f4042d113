namespace Spotify.Recommendations.Ranking;

/// <summary>The history and wishes of a listener. Tracks, artists and genres that the model does not know are ignored.</summary>
public sealed record ListenerInput
{
    /// <summary>The tracks that the listener has played, in any order. Repeated tracks are added up.</summary>
    public ReadOnlyMemory<TrackPlays> Plays { get; init; }

    /// <summary>Further tracks that are not recommended: heard long ago, hidden, or excluded by the caller.</summary>
    public ReadOnlyMemory<UInt128> ExcludedTracks { get; init; }

    /// <summary>Artists whose tracks are not recommended, also as a further artist. Plays of their tracks have no weight.</summary>
    public ReadOnlyMemory<UInt128> ExcludedArtists { get; init; }

    /// <summary>Albums whose tracks are not recommended. Plays of their tracks have no weight.</summary>
    public ReadOnlyMemory<UInt128> ExcludedAlbums { get; init; }

    /// <summary>Artists that the listener chose when they registered, or follows.</summary>
    public ReadOnlyMemory<UInt128> ChosenArtists { get; init; }

    /// <summary>Genres that the listener chose when they registered.</summary>
    public IReadOnlyList<string> ChosenGenres { get; init; } = [];

    /// <summary>The market, as ISO 3166-1 alpha-2 code; null if unknown: only tracks that are available everywhere.</summary>
    public string? Market { get; init; }

    /// <summary>Whether tracks that are marked explicit are left out.</summary>
    public bool FilterExplicit { get; init; }
}

/// <summary>A listener's plays of a track.</summary>
/// <param name="TrackId">The track's id.</param>
/// <param name="Weight">
/// The preference, as in training: positive if the listener likes the track, negative for skips and dislikes. Numbers that are not finite
/// count as 0.
/// </param>
/// <param name="LastPlayedAt">The time of the last play.</param>
public readonly record struct TrackPlays(UInt128 TrackId, float Weight, DateTimeOffset LastPlayedAt);
