using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Recommendations.Ranking;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Playlists;

/// <summary>A reader of playlists for a viewer. Playlists that the viewer may not see are treated as if they did not exist.</summary>
/// <seealso cref="PlaylistAccess"/>
public sealed class PlaylistReader(IDatabase database, CatalogService catalog)
{
    private const string Columns = """
        Playlists.PlaylistId, Playlists.OwnerId, Users.DisplayName, Playlists.Name, Playlists.Description, Playlists.Public,
        Playlists.Collaborative, Playlists.Version, Playlists.Items, Playlists.ImageId, Playlists.CoverId, Playlists.CoverWidth,
        Playlists.CoverHeight, Playlists.Surface, Playlists.UpdatedAt
        """;

    private static readonly Statement PlaylistsById = new(
        $"""
        SELECT {Columns}
        FROM Playlists JOIN Users ON Users.UserId = Playlists.OwnerId
        WHERE Playlists.PlaylistId IN ({Statement.List("id", CatalogReader.MaxIds)}) AND {PlaylistAccess.IsVisibleSql}
        """,
        [.. Statement.ListParameters("id", CatalogReader.MaxIds, ColumnType.String), ("viewer", ColumnType.String)]);

    // One query, so that the items belong to the version of the playlist that is returned with them.
    private static readonly Statement PlaylistWithItems = new(
        $"""
        SELECT {Columns}, {FollowerCounts.SumSql(EntityType.Playlist, "@playlist")} AS Followers,
          Page.OrderKey, Page.Type, Page.PlayableId, Page.AddedAt, Page.AddedBy, Page.Reason
        FROM Playlists JOIN Users ON Users.UserId = Playlists.OwnerId LEFT JOIN (
          SELECT PlaylistId, OrderKey, Type, PlayableId, AddedAt, AddedBy, Reason
          FROM PlaylistItems WHERE PlaylistId = @playlist ORDER BY OrderKey LIMIT @limit OFFSET @offset
        ) Page ON Page.PlaylistId = Playlists.PlaylistId
        WHERE Playlists.PlaylistId = @playlist AND {PlaylistAccess.IsVisibleSql}
        ORDER BY Page.OrderKey
        """,
        ("playlist", ColumnType.String), ("viewer", ColumnType.String), ("limit", ColumnType.Int64), ("offset", ColumnType.Int64));

    private const string PlaylistsInLists = $"""
        FROM PlaylistFollowers
        JOIN Playlists ON Playlists.PlaylistId = PlaylistFollowers.PlaylistId
        JOIN Users ON Users.UserId = Playlists.OwnerId
        WHERE PlaylistFollowers.UserId = @user
          AND ((PlaylistFollowers.Public AND Playlists.Public) OR (PlaylistFollowers.UserId = @viewer
            AND ((NOT Playlists.Collaborative AND @private) OR (Playlists.Collaborative AND @collaborative))))
          AND {PlaylistAccess.IsVisibleSql}
        """;

    private static readonly Statement PlaylistsOfUser = new(
        $"""
        SELECT {Columns} {PlaylistsInLists}
        ORDER BY PlaylistFollowers.FollowedAt DESC, PlaylistFollowers.PlaylistId LIMIT @limit OFFSET @offset
        """,
        ("user", ColumnType.String), ("viewer", ColumnType.String), ("private", ColumnType.Bool), ("collaborative", ColumnType.Bool),
        ("limit", ColumnType.Int64), ("offset", ColumnType.Int64));

    // A playlist that its owner deleted is no longer in the owner's library.
    private static readonly Statement PublicPlaylistsOfOwner = new(
        $"""
        SELECT {Columns}
        FROM PlaylistFollowers
        JOIN Playlists ON Playlists.PlaylistId = PlaylistFollowers.PlaylistId
        JOIN Users ON Users.UserId = Playlists.OwnerId
        WHERE PlaylistFollowers.UserId = @owner AND PlaylistFollowers.Public AND Playlists.OwnerId = @owner AND Playlists.Public
        ORDER BY PlaylistFollowers.FollowedAt DESC, PlaylistFollowers.PlaylistId LIMIT @limit
        """,
        ("owner", ColumnType.String), ("limit", ColumnType.Int64));

    private static readonly Statement CountPlaylistsOfUser = new(
        $"SELECT COUNT(*) AS Total {PlaylistsInLists}",
        ("user", ColumnType.String), ("viewer", ColumnType.String), ("private", ColumnType.Bool), ("collaborative", ColumnType.Bool));

    /// <summary>Returns playlists for a list, in the order of the ids; null for those that the viewer may not see.</summary>
    public async Task<IReadOnlyList<SimplifiedPlaylistObject?>> SimplifiedAsync(
        IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        var parameters = new Parameters { { "viewer", viewer.Caller.UserId ?? "" } }.AddList("id", ids, CatalogReader.MaxIds);
        var playlists = await database.QueryAsync(PlaylistsById, parameters, null, ct)
            .Select(row => Summary(row))
            .ToDictionaryAsync(playlist => playlist.Id, StringComparer.Ordinal, ct);
        var wire = new PlaylistWire(viewer);
        return [.. ids.Select(id => playlists.TryGetValue(id, out var playlist) ? wire.Simplified(playlist) : null)];
    }

    /// <summary>Returns a playlist with the first page of its items.</summary>
    /// <param name="id">The playlist's id.</param>
    /// <param name="episodes">Whether the client supports episodes; otherwise episodes are mapped to tracks.</param>
    /// <param name="viewer">The viewer.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <exception cref="ApiException">
    /// 404: the playlist does not exist or the viewer may not see it. 403: the token does not have the scope for a private playlist.
    /// </exception>
    public async Task<PlaylistObject> PlaylistAsync(string id, bool episodes, Viewer viewer, CancellationToken ct)
    {
        var (playlist, items) = await ReadAsync(id, PlaylistWire.FirstPage, viewer, ct);
        return new PlaylistWire(viewer).Playlist(playlist, await ItemsAsync(items, episodes, viewer, ct), Query(episodes, viewer));
    }

    /// <summary>Returns a page of a playlist's items.</summary>
    /// <param name="id">The playlist's id.</param>
    /// <param name="list">The last segment of the list's path: <c>items</c> or <c>tracks</c>.</param>
    /// <param name="page">The page.</param>
    /// <param name="episodes">Whether the client supports episodes; otherwise episodes are mapped to tracks.</param>
    /// <param name="viewer">The viewer.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <exception cref="ApiException">
    /// 404: the playlist does not exist or the viewer may not see it. 403: the token does not have the scope for a private playlist.
    /// </exception>
    public async Task<PagingObject<PlaylistTrackObject>> ItemsAsync(
        string id, string list, PageRequest page, bool episodes, Viewer viewer, CancellationToken ct)
    {
        var (playlist, items) = await ReadAsync(id, page, viewer, ct);
        var path = $"/v1/playlists/{id}/{list}{Query(episodes, viewer)}";
        return new CatalogWire(viewer).Page(path, await ItemsAsync(items, episodes, viewer, ct), page, playlist.Items);
    }

    /// <summary>Returns the images of a playlist.</summary>
    /// <exception cref="ApiException">
    /// 404: the playlist does not exist or the viewer may not see it. 403: the token does not have the scope for a private playlist.
    /// </exception>
    public async Task<IReadOnlyList<ImageObject>> ImagesAsync(string id, Viewer viewer, CancellationToken ct)
    {
        var playlist = (await SimplifiedAsync([id], viewer, ct))[0] ?? throw ApiException.NotFound();
        viewer.Caller.RequireRead(playlist.Public, playlist.Collaborative);
        return playlist.Images;
    }

    /// <summary>
    /// Returns a page of the playlists that a user owns or follows, the latest first. Other users see only public ones, and the user sees
    /// private and collaborative ones only if the token has the scopes.
    /// </summary>
    /// <param name="userId">The user's id.</param>
    /// <param name="path">The path of the list, for its links.</param>
    /// <param name="page">The page.</param>
    /// <param name="viewer">The viewer.</param>
    /// <param name="ct">Cancels the read.</param>
    /// <exception cref="ApiException">404: the user does not exist.</exception>
    public async Task<PagingObject<SimplifiedPlaylistObject>> OfUserAsync(
        string userId, string path, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var exists = userId == viewer.Caller.UserId ? Task.FromResult(true) : UserExistsAsync(userId, ct);
        var total = database.QueryAsync(CountPlaylistsOfUser, Filter(), null, ct).SingleAsync(ct);
        var parameters = Filter();
        parameters.Add("limit", page.Limit);
        parameters.Add("offset", page.Offset);
        var wire = new PlaylistWire(viewer);
        var playlists = await database.QueryAsync(PlaylistsOfUser, parameters, null, ct)
            .Select(row => wire.Simplified(Summary(row)))
            .ToListAsync(ct);
        return await exists
            ? new CatalogWire(viewer).Page<SimplifiedPlaylistObject>(path, playlists, page, (await total).Int32("Total"))
            : throw ApiException.NotFound();

        Parameters Filter() => new()
        {
            { "user", userId },
            { "viewer", viewer.Caller.UserId ?? "" },
            { "private", viewer.Caller.Scopes.HasFlag(Scopes.PlaylistReadPrivate) },
            { "collaborative", viewer.Caller.Scopes.HasFlag(Scopes.PlaylistReadCollaborative) },
        };
    }

    /// <summary>Returns the public playlists of an owner, the latest first.</summary>
    internal async Task<IReadOnlyList<PlaylistSummary>> PublicOfOwnerAsync(string ownerId, int limit, CancellationToken ct)
    {
        var parameters = new Parameters { { "owner", ownerId }, { "limit", limit } };
        return await database.QueryAsync(PublicPlaylistsOfOwner, parameters, Staleness.Recent, ct)
            .Select(row => Summary(row))
            .ToListAsync(ct);
    }

    private async Task<bool> UserExistsAsync(string userId, CancellationToken ct) =>
        userId.Length <= User.MaxIdLength && await database.ReadAsync(User.Table, new Key(userId), null, ct) is not null;

    private static string Query(bool episodes, Viewer viewer)
    {
        var parameters = new List<string>();
        if (viewer.MarketGiven) parameters.Add($"market={viewer.Market}");
        if (episodes) parameters.Add("additional_types=episode");
        return parameters.Count == 0 ? "" : "?" + string.Join('&', parameters);
    }

    private async Task<(PlaylistSummary Playlist, IReadOnlyList<PlaylistItem> Items)> ReadAsync(
        string id, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var parameters = new Parameters
        {
            { "playlist", id },
            { "viewer", viewer.Caller.UserId ?? "" },
            { "limit", page.Limit },
            { "offset", page.Offset },
        };

        // Each row has the playlist and one item. If the page is empty, there is one row without an item.
        var rows = await database.QueryAsync(PlaylistWithItems, parameters, null, ct).ToListAsync(ct);
        if (rows.Count == 0) throw ApiException.NotFound();
        var playlist = Summary(rows[0], rows[0].Int64("Followers"));
        viewer.Caller.RequireRead(playlist.Public, playlist.Collaborative);
        return (playlist, [.. rows.Where(row => !row.IsNull("OrderKey")).Select(Item)]);
    }

    private static PlaylistItem Item(Row row) => PlaylistItem.FromRow(row) with
    {
        Reason = row.StringOrNull("Reason") is { } text && PickReasonText.TryParse(text, out var reason) ? reason : null,
    };

    private static PlaylistSummary Summary(Row row, long followers = 0) => new(
        Id: row.String("PlaylistId"),
        OwnerId: row.String("OwnerId"),
        OwnerName: row.String("DisplayName"),
        Name: row.String("Name"),
        Description: row.String("Description"),
        Public: row.Bool("Public"),
        Collaborative: row.Bool("Collaborative"),
        Version: row.Int64("Version"),
        Items: row.Int32("Items"),
        Followers: followers,
        ImageId: row.StringOrNull("ImageId"),
        Cover: row.StringOrNull("CoverId") is { } coverId && row.Int64OrNull("CoverWidth") is { } width
            ? new PlaylistCover(coverId, (int)width, (int?)row.Int64OrNull("CoverHeight"))
            : null,
        Surface: row.StringOrNull("Surface"),
        // A generated playlist changes only when it is generated again.
        GeneratedAt: row.IsNull("Surface") ? null : row.Timestamp("UpdatedAt"));

    private async Task<IReadOnlyList<PlaylistTrackObject>> ItemsAsync(
        IReadOnlyList<PlaylistItem> items, bool episodes, Viewer viewer, CancellationToken ct)
    {
        var playables = new Dictionary<string, object>(StringComparer.Ordinal);
        var (tracks, spoken) = (catalog.TracksAsync(Ids("track"), viewer, ct), catalog.EpisodesAsync(Ids("episode"), viewer, ct));
        var reasons = ReasonTexts.ReadAsync(database, [.. items.Select(item => item.Reason).OfType<PickReason>()], ct);
        foreach (var track in (await tracks).OfType<TrackObject>()) playables[track.Id] = track;
        foreach (var episode in (await spoken).OfType<EpisodeObject>())
            playables[episode.Id] = episodes ? episode : PlaylistWire.AsTrack(episode);

        var (wire, texts) = (new PlaylistWire(viewer), await reasons);
        return [.. items.Select(item => wire.Item(item, playables.GetValueOrDefault(item.PlayableId), texts.Show(item.Reason)))];

        List<string> Ids(string type) => [.. items.Where(item => item.Type == type).Select(item => item.PlayableId).Distinct()];
    }
}
