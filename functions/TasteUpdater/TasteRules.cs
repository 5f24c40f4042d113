using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events;

namespace Spotify.Functions.TasteUpdater;

/// <summary>The plays that a listener wants to have no influence on taste: those of private sessions and of excluded entities.</summary>
internal sealed class TasteRules
{
    private static readonly Statement Select = new(
        """
        SELECT 'user' AS Kind, '' AS Uri, CreatedAt AS StartedAt, CreatedAt AS EndsAt FROM Users WHERE UserId = @user
        UNION ALL
        SELECT 'removal' AS Kind, '' AS Uri, RequestedAt AS StartedAt, DueAt AS EndsAt FROM AccountRemovals WHERE UserId = @user
        UNION ALL
        SELECT 'exclusion' AS Kind, Uri, AddedAt AS StartedAt, AddedAt AS EndsAt FROM TasteExclusions WHERE UserId = @user
        UNION ALL
        SELECT 'session' AS Kind, '' AS Uri, StartedAt, EndsAt FROM PrivateSessions WHERE UserId = @user AND EndsAt >= @since
        """,
        ("user", ColumnType.String), ("since", ColumnType.Timestamp));

    private readonly HashSet<string> excluded;
    private readonly List<(DateTimeOffset Start, DateTimeOffset End)> sessions;

    private TasteRules(IReadOnlyList<Row> rows)
    {
        var byKind = rows.ToLookup(row => row.String("Kind"), StringComparer.Ordinal);
        HasAccount = byKind.Contains("user") && !byKind.Contains("removal");
        excluded = byKind["exclusion"].Select(row => row.String("Uri")).ToHashSet(StringComparer.Ordinal);
        sessions = [.. byKind["session"].Select(row => (row.Timestamp("StartedAt"), row.Timestamp("EndsAt")))];
    }

    /// <summary>Whether the user has a row, and the account is not being removed.</summary>
    public bool HasAccount { get; }

    /// <summary>Returns the rules of a listener.</summary>
    /// <param name="transaction">The transaction that applies the rules.</param>
    /// <param name="userId">The listener.</param>
    /// <param name="since">The start of the earliest play.</param>
    public static async Task<TasteRules> ReadAsync(ITransaction transaction, string userId, DateTimeOffset since) => new(
        await transaction.QueryAsync(Select, new Parameters { { "user", userId }, { "since", since } }).ToListAsync());

    /// <summary>Returns whether a part of a play was in a private session.</summary>
    public bool IsPrivate(Play play) =>
        sessions.Exists(session => session.Start <= play.EndedAt && session.End > StartOf(play));

    /// <summary>Returns whether the track, one of its artists, its album or the context of a play is excluded.</summary>
    public bool IsExcluded(Play play, TrackFeature? track) =>
        excluded.Count > 0
        && (excluded.Contains(play.Uri)
            || (play.ContextUri is { } context && excluded.Contains(context))
            || (track is not null && IsExcluded(excluded, track)));

    /// <summary>Returns whether the album or an artist of a track is one of some entities.</summary>
    public static bool IsExcluded(IReadOnlySet<string> uris, TrackFeature track) =>
        uris.Contains(new SpotifyUri(EntityType.Album, track.AlbumId).ToString())
        || track.ArtistIds.Any(artist => uris.Contains(new SpotifyUri(EntityType.Artist, artist).ToString()));

    /// <summary>Returns when a play began, if it was not paused.</summary>
    public static DateTimeOffset StartOf(Play play) =>
        play.EndedAt.AddMilliseconds(-Math.Clamp(play.PlayedMs, 0, TimeSpan.MillisecondsPerDay));
}
