namespace Spotify.Recommendations.Ranking;

/// <summary>A recommended track.</summary>
/// <param name="TrackId">The track's id.</param>
/// <param name="Reason">The reason for the recommendation.</param>
/// <param name="Score">The score, which is only comparable within the listener's picks that are or are not exploration.</param>
public sealed record Pick(UInt128 TrackId, PickReason Reason, float Score);

/// <summary>The reason for a recommendation.</summary>
/// <param name="Kind">The kind, which determines the other values.</param>
/// <param name="Track">The id of a track that the listener has played.</param>
/// <param name="Artist">The id of an artist.</param>
/// <param name="Genre">The name of a genre.</param>
/// <param name="Market">The market, as ISO 3166-1 alpha-2 code.</param>
public readonly record struct PickReason(
    PickKind Kind, UInt128? Track = null, UInt128? Artist = null, string? Genre = null, string? Market = null);

/// <summary>The kinds of reasons for a recommendation.</summary>
public enum PickKind
{
    /// <summary>Listeners of a track that the listener has played like it. Names the track.</summary>
    PlayedTogether,

    /// <summary>
    /// Similar to a track that the listener has played, by genre, artist, year or playlists. Names that track; for a listener without plays
    /// the chosen artist or genre.
    /// </summary>
    SimilarContent,

    /// <summary>
    /// Similar in sound to a track that the listener has played. Names that track; for a listener without plays the chosen artist or genre.
    /// </summary>
    SimilarSound,

    /// <summary>By an artist whom the listener has played or chosen. Names the artist.</summary>
    FamiliarArtist,

    /// <summary>Of a genre that the listener has played or chosen. Names the genre.</summary>
    FamiliarGenre,

    /// <summary>Popular. Names the market; none: in all markets.</summary>
    Popular,

    /// <summary>Neither by artists nor of genres that the listener has played lately. Names the artist and the genre.</summary>
    Exploration,

    /// <summary>As <see cref="Exploration"/>, and a new track. Names the artist and the genre, if known.</summary>
    NewTrack,

    /// <summary>No other track was left to fill the list. Names nothing.</summary>
    Fill,

    /// <summary>The listener plays it often. Names nothing.</summary>
    Played,

    /// <summary>Released lately by an artist whom the listener plays or follows. Names the artist.</summary>
    NewRelease,

    /// <summary>Both listeners of a blend like it. Names nothing.</summary>
    LikedByBoth,

    /// <summary>One listener of a blend likes it, and it is near the taste of the other one. Names nothing.</summary>
    LikedByOne,
}
