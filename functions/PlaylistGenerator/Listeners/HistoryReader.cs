using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Recommendations.Feedback;
using Spotify.Functions.TasteUpdater;

namespace Spotify.Functions.PlaylistGenerator.Listeners;

/// <summary>
/// A reader of the histories of listeners. Reads up to 100 listeners with six queries at the same time, and a seventh after them if any
/// listener had a private session in the last 90 days. The rows of each listener are bounded. The weights are those of the training
/// (docs/recommendations.md). Plays count as soon as they are recorded.
/// </summary>
internal sealed class HistoryReader(IDatabase database, TasteStore tastes, RankingVariants variants, TimeProvider time)
{
    /// <summary>The maximum number of listeners in a call.</summary>
    public const int MaxListeners = 100;

    /// <summary>The number of saved tracks, saved albums and followed artists of a listener that are used: the newest.</summary>
    public const int MaxSaved = 1000;

    /// <summary>The number of saved albums of a listener whose tracks count as saved: the newest.</summary>
    public const int MaxAlbums = 200;

    /// <summary>The number of playlists of a listener whose additions are used: those that were changed last.</summary>
    public const int MaxPlaylists = 20;

    /// <summary>The number of tracks of a listener that were added to playlists: those that were added last.</summary>
    public const int MaxAdditions = 1000;

    // Of an album, by their numbers on a disc, because a compilation may have thousands of tracks.
    private const int MaxTrackNumber = 100;

    private const string LibraryTypes = "'track', 'album', 'artist'";

    private static readonly string Ids = Statement.List("user", MaxListeners);

    private static readonly IEnumerable<(string, ColumnType)> IdParameters =
        Statement.ListParameters("user", MaxListeners, ColumnType.String);

    private static readonly (string, ColumnType)[] NewestParameters =
        [("oldest", ColumnType.Timestamp), ("most", ColumnType.Int64), ("skipped", ColumnType.Int64)];

    private static readonly Statement Users = new(
        $"""
        SELECT Users.UserId, Users.Country, Users.ExplicitFilter, Users.TimeZone, Listeners.ListenerId, Listeners.SuspectUntil,
          Tastes.State
        FROM Users
        LEFT JOIN Listeners ON Listeners.UserId = Users.UserId
        LEFT JOIN AccountRemovals ON AccountRemovals.UserId = Users.UserId
        LEFT JOIN Tastes ON Tastes.UserId = Users.UserId
        WHERE Users.UserId IN ({Ids}) AND AccountRemovals.UserId IS NULL
        """,
        [.. IdParameters]);

    // The wishes of listeners, and the periods of their playlists.
    private static readonly Statement Rules = new(
        $"""
        SELECT 'exclusion' AS Kind, UserId, Uri AS Name, '' AS Value, AddedAt AS StartsAt, AddedAt AS EndsAt
        FROM TasteExclusions WHERE UserId IN ({Ids})
        UNION ALL
        SELECT 'not_interested' AS Kind, UserId, Uri AS Name, '' AS Value, AddedAt AS StartsAt, AddedAt AS EndsAt
        FROM NotInterested WHERE UserId IN ({Ids})
        UNION ALL
        SELECT 'session' AS Kind, UserId, '' AS Name, '' AS Value, StartedAt AS StartsAt, EndsAt
        FROM PrivateSessions WHERE UserId IN ({Ids}) AND EndsAt >= @since
        UNION ALL
        SELECT 'surface' AS Kind, UserId, Surface AS Name, Period AS Value, GeneratedAt AS StartsAt, GeneratedAt AS EndsAt
        FROM GeneratedPlaylists WHERE UserId IN ({Ids})
        """,
        [.. IdParameters, ("since", ColumnType.Timestamp)]);

    private static readonly Statement Library = new(
        $"""
        SELECT Newest.UserId, Newest.Type, LibraryItems.ItemId, LibraryItems.AddedAt FROM ({NewestOf(LibraryTypes)}) AS Newest
        JOIN LibraryItems ON LibraryItems.UserId = Newest.UserId AND LibraryItems.Type = Newest.Type
          AND LibraryItems.AddedAt >= Newest.Since
        ORDER BY Newest.UserId, Newest.Type, LibraryItems.AddedAt DESC
        """,
        [.. IdParameters, .. NewestParameters]);

    private static readonly Statement AlbumTracks = new(
        $"""
        SELECT Newest.UserId, LibraryItems.AddedAt, Playables.PlayableId FROM ({NewestOf("'album'")}) AS Newest
        JOIN LibraryItems ON LibraryItems.UserId = Newest.UserId AND LibraryItems.Type = Newest.Type
          AND LibraryItems.AddedAt >= Newest.Since
        JOIN Playables ON Playables.ParentId = LibraryItems.ItemId
        WHERE Playables.Type = 'track' AND Playables.Number <= @number
        """,
        [.. IdParameters, .. NewestParameters, ("number", ColumnType.Int64)]);

    // The time since which each listener has changed the newest playlists. The inner limit, which cuts off nothing, makes SQLite find the
    // time once for a listener instead of once for a playlist.
    private static readonly Statement Additions = new(
        $"""
        SELECT Newest.UserId, PlaylistItems.PlayableId, MAX(PlaylistItems.AddedAt) AS AddedAt,
          SUM({PlayWeights.Additions.Of("PlaylistItems.AddedAt")}) AS Weight
        FROM (
          SELECT UserId, COALESCE((
            SELECT Own.UpdatedAt FROM Playlists Own
            WHERE Own.OwnerId = Users.UserId AND Own.Surface IS NULL AND Own.UpdatedAt >= @since
            ORDER BY Own.UpdatedAt DESC LIMIT 1 OFFSET {MaxPlaylists - 1}
          ), @since) AS Since
          FROM Users WHERE UserId IN ({Ids}) LIMIT {MaxListeners}
        ) AS Newest
        JOIN Playlists ON Playlists.OwnerId = Newest.UserId AND Playlists.Surface IS NULL AND Playlists.UpdatedAt >= Newest.Since
        JOIN PlaylistItems ON PlaylistItems.PlaylistId = Playlists.PlaylistId
        WHERE PlaylistItems.Type = 'track' AND PlaylistItems.AddedBy = Newest.UserId AND PlaylistItems.AddedAt >= @since
        GROUP BY Newest.UserId, PlaylistItems.PlayableId
        ORDER BY Newest.UserId, AddedAt DESC
        """,
        [.. IdParameters, .. PlayWeights.Additions.Parameters, ("since", ColumnType.Timestamp)]);

    // One row per listener and track.
    private static readonly Statement Plays = new(
        $"""
        SELECT PlayHistory.UserId, PlayHistory.PlayableId, MAX(PlayHistory.PlayedAt) AS LastPlayedAt,
          SUM(CASE WHEN TasteExclusions.Uri IS NULL THEN PlayHistory.Engagement * ({PlayWeights.Plays.Of("PlayHistory.PlayedAt")})
            ELSE 0.0 END) AS Weight,
          SUM(CASE WHEN PlayHistory.IsListed AND PlayHistory.PlayedAt >= @recent AND TasteExclusions.Uri IS NULL THEN 1 ELSE 0 END)
            AS RecentPlays,
          SUM(CASE WHEN PlayHistory.Engagement < 0 AND PlayHistory.PlayedAt >= @recent AND TasteExclusions.Uri IS NULL THEN 1 ELSE 0 END)
            AS RecentSkips,
          SUM(CASE WHEN PlayHistory.EndReason = 'completed' THEN 1 ELSE 0 END) AS Completions
        FROM PlayHistory
        LEFT JOIN TasteExclusions
          ON TasteExclusions.UserId = PlayHistory.UserId AND TasteExclusions.Uri = PlayHistory.ContextUri
        WHERE PlayHistory.UserId IN ({Ids}) AND PlayHistory.Type = 'track' AND PlayHistory.PlayedAt >= @since
        GROUP BY PlayHistory.UserId, PlayHistory.PlayableId
        """,
        [.. IdParameters, .. PlayWeights.Plays.Parameters, ("recent", ColumnType.Timestamp), ("since", ColumnType.Timestamp)]);

    // For listeners with private sessions, whose plays must be compared with them.
    private static readonly Statement SinglePlays = new(
        $"""
        SELECT UserId, PlayableId, PlayedAt, PlayedMs, Engagement, IsListed, EndReason, ContextUri FROM PlayHistory
        WHERE UserId IN ({Ids}) AND Type = 'track' AND PlayedAt >= @since
        """,
        [.. IdParameters, ("since", ColumnType.Timestamp)]);

    /// <summary>
    /// Returns the histories of users, without those that do not exist or whose account is being removed.
    /// </summary>
    /// <param name="userIds">Up to <see cref="MaxListeners"/> ids.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<ListenerHistory>> ReadAsync(IReadOnlyList<string> userIds, CancellationToken ct)
    {
        if (userIds.Count == 0) return [];
        var now = time.GetUtcNow();
        var since = now - PlayWeights.MaxAge;
        var users = RowsAsync(Users, Of(userIds), ct);
        var rules = RowsAsync(Rules, Of(userIds, ("since", since)), ct);
        var library = RowsAsync(Library, Newest(MaxSaved), ct);
        var albumParameters = Newest(MaxAlbums);
        albumParameters.Add("number", MaxTrackNumber);
        var albums = RowsAsync(AlbumTracks, albumParameters, ct);
        var additions = AdditionsAsync(userIds, now, ct);
        var plays = RowsAsync(Plays, PlayWeights.Plays.AddTo(Of(userIds, ("recent", now - PlayWeights.Recent), ("since", since)), now), ct);
        var known = new Dictionary<string, HistoryBuilder>(StringComparer.Ordinal);
        foreach (var row in await users)
        {
            var id = row.String("UserId");
            var taste = row.IsNull("State") ? null : tastes.Decode(id, row.Bytes("State"));
            known.Add(id, new HistoryBuilder(row, taste, variants.Of(row.StringOrNull("ListenerId")), now));
        }

        foreach (var row in await rules) Find(row)?.AddRule(row);
        var careful = known.Values.Where(listener => listener.HadPrivateSessions).Select(listener => listener.UserId).ToList();
        var singlePlays = careful.Count == 0 ? null : RowsAsync(SinglePlays, Of(careful, ("since", since)), ct);
        foreach (var row in await library) Find(row)?.AddSaved(row);
        foreach (var row in await albums) Find(row)?.AddAlbumTrack(row);
        foreach (var row in await additions) Find(row)?.AddAddition(row);
        foreach (var row in await plays)
            if (Find(row) is { HadPrivateSessions: false } listener) listener.AddPlays(row);
        if (singlePlays is not null)
            foreach (var row in await singlePlays) Find(row)?.AddPlay(row);
        return [.. userIds.Distinct(StringComparer.Ordinal).Where(known.ContainsKey).Select(id => known[id].Build())];

        Parameters Newest(int most) =>
            Of(userIds, ("oldest", DateTimeOffset.UnixEpoch), ("most", most), ("skipped", most - 1));

        HistoryBuilder? Find(Row row) => known.GetValueOrDefault(row.String("UserId"));
    }

    // Rows of a listener beyond the limit are not kept in memory.
    private async Task<List<Row>> AdditionsAsync(IReadOnlyList<string> userIds, DateTimeOffset now, CancellationToken ct)
    {
        var parameters = PlayWeights.Additions.AddTo(Of(userIds, ("since", now - PlayWeights.MaxAgeOfAdditions)), now);
        var (rows, user, count) = (new List<Row>(), "", 0);
        await foreach (var row in database.QueryAsync(Additions, parameters, null, ct))
        {
            if (row.String("UserId") != user) (user, count) = (row.String("UserId"), 0);
            if (count++ < MaxAdditions) rows.Add(row);
        }

        return rows;
    }

    private Task<List<Row>> RowsAsync(Statement statement, Parameters parameters, CancellationToken ct) =>
        database.QueryAsync(statement, parameters, null, ct).ToListAsync(ct).AsTask();

    // The time since which each listener has saved the newest items of each type. It is looked for in large libraries only.
    private static string NewestOf(string types) => $"""
        SELECT UserId, Type, CASE WHEN Items <= @most THEN @oldest ELSE COALESCE((
            SELECT Item.AddedAt FROM LibraryItems Item
            WHERE Item.UserId = LibraryCounts.UserId AND Item.Type = LibraryCounts.Type
            ORDER BY Item.AddedAt DESC LIMIT 1 OFFSET @skipped
          ), @oldest) END AS Since
        FROM LibraryCounts WHERE UserId IN ({Ids}) AND Type IN ({types}) LIMIT {MaxListeners * 3}
        """;

    private static Parameters Of(IReadOnlyList<string> userIds, params ReadOnlySpan<(string Name, object Value)> others)
    {
        var parameters = new Parameters().AddList("user", userIds, MaxListeners);
        foreach (var (name, value) in others) parameters.Add(name, value);
        return parameters;
    }
}
