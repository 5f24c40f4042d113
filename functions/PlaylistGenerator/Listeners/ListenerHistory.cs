using Spotify.Domain.Playlists;
using Spotify.Functions.Recommendations.Feedback;
using Spotify.Recommendations.Ranking;

namespace Spotify.Functions.PlaylistGenerator.Listeners;

/// <summary>The history of a listener, from which surfaces are generated.</summary>
internal sealed record ListenerHistory
{
    /// <summary>The user id.</summary>
    public required string UserId { get; init; }

    /// <summary>The pseudonym in the warehouse; null before the first recorded event.</summary>
    public string? ListenerId { get; init; }

    /// <summary>The market, as ISO 3166-1 alpha-2 code.</summary>
    public required string Country { get; init; }

    /// <summary>Whether explicit content is filtered.</summary>
    public bool FilterExplicit { get; init; }

    /// <summary>The time zone that decides when a day begins.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Whether the plays of the listener are not counted at the moment, because they broke a rule for valid plays.</summary>
    public bool IsSuspect { get; init; }

    /// <summary>The variant of the settings that the listener is in.</summary>
    public RankingVariant Variant { get; init; } = RankingVariant.Default;

    /// <summary>
    /// The history for the recommender: tracks that were heard, saved or added to a playlist, with the weights of the training; exclusions,
    /// followed artists, market.
    /// </summary>
    public ListenerInput Input { get; init; } = new();

    /// <summary>The played tracks, in no particular order.</summary>
    public IReadOnlyList<PlayedTrack> Plays { get; init; } = [];

    /// <summary>The saved tracks, the newest first, up to <see cref="HistoryReader.MaxSaved"/>.</summary>
    public IReadOnlyList<UInt128> SavedTracks { get; init; } = [];

    /// <summary>The saved albums, the newest first, up to <see cref="HistoryReader.MaxSaved"/>.</summary>
    public IReadOnlyList<UInt128> SavedAlbums { get; init; } = [];

    /// <summary>The followed artists, the newest first, up to <see cref="HistoryReader.MaxSaved"/>.</summary>
    public IReadOnlyList<UInt128> FollowedArtists { get; init; } = [];

    /// <summary>The artists with the highest sums of engagement (half-life of 90 days), the favorite first, up to 300.</summary>
    public IReadOnlyList<(UInt128 Artist, double Sum)> TopArtists { get; init; } = [];

    /// <summary>The genres with the highest sums of engagement (half-life of 90 days), the favorite first, up to 60.</summary>
    public IReadOnlyList<(string Genre, double Sum)> TopGenres { get; init; } = [];

    /// <summary>The period for which each surface was generated last, by the surface's id.</summary>
    public IReadOnlyDictionary<string, string> Periods { get; init; } = new Dictionary<string, string>();

    /// <summary>Returns whether a surface has not been generated for a period or a later one.</summary>
    public bool IsDue(Surface surface, SurfacePeriod period) =>
        !Periods.TryGetValue(surface.Id, out var last) || string.CompareOrdinal(last, period.Key) < 0;
}

/// <summary>A listener's plays of a track.</summary>
/// <param name="Track">The track.</param>
/// <param name="Weight">The sum of the engagement of the plays (1 is a completed play), with a half-life of 180 days.</param>
/// <param name="RecentPlays">The number of plays in the last 30 days of at least 30 s, or completed.</param>
/// <param name="RecentSkips">The number of skips within 30 s in the last 30 days.</param>
/// <param name="Completions">The number of completed plays in the last 90 days.</param>
/// <param name="LastPlayedAt">The time of the last play; estimated if it was more than 90 days ago.</param>
internal readonly record struct PlayedTrack(
    UInt128 Track, float Weight, int RecentPlays, int RecentSkips, int Completions, DateTimeOffset LastPlayedAt);
