using Spotify.Domain.Catalog;

namespace Spotify.Recommendations.Tracks;

/// <summary>The properties of a track that the recommender uses, except its vectors.</summary>
/// <param name="Id">The id, as <see cref="Domain.SpotifyId.TryParse"/> returns it.</param>
public sealed record TrackDescription(UInt128 Id)
{
    /// <summary>The ids of the artists, the main artist first. Empty if unknown.</summary>
    public IReadOnlyList<UInt128> Artists { get; init; } = [];

    /// <summary>The id of the album; null if unknown.</summary>
    public UInt128? Album { get; init; }

    /// <summary>The genres, the main genre first. Empty if unknown.</summary>
    public IReadOnlyList<string> Genres { get; init; } = [];

    /// <summary>The markets and the period in which the track may be played.</summary>
    public Rights Rights { get; init; } = new(MarketSet.Everywhere, null, null);

    /// <summary>Whether the track is marked explicit.</summary>
    public bool Explicit { get; init; }

    /// <summary>The year of release; 0 if unknown.</summary>
    public int Year { get; init; }

    /// <summary>The popularity, from 0 to 1: the logarithm of the plays, relative to the most played track. NaN counts as 0.</summary>
    public float Popularity { get; init; }

    /// <summary>The known attributes. Values out of range are brought into it.</summary>
    public IReadOnlyList<(TrackAttribute Attribute, float Value)> Attributes { get; init; } = [];

    /// <summary>When the track was added to the catalog; null if unknown.</summary>
    public DateTimeOffset? AddedAt { get; init; }
}
