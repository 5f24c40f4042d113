using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Playlists;

/// <summary>
/// Playlists as one viewer sees them. A private playlist exists for its owner alone, a collaborative one for its collaborators too.
/// </summary>
public sealed class PlaylistReader(IDatabase database, CatalogService catalog)
{
    private const string Columns = """
        Playlists.PlaylistId, Playlists.OwnerId, Users.DisplayName, Playlists.Name, Playlists.Description, Playlists.Public, Playlists.Collaborative,
        Playlists.Version, Playlists.Items, Playlists.Followers, Playlists.ImageId, Playlists.CoverId, Playlists.CoverWidth, Playlists.CoverHeight
        """;

    // What RoleOf and IsVisible say of a row, for lists that are counted and paged in the database.
    private const string Visible = """
        (Playlists.Public OR Playlists.OwnerId = @viewer OR (Playlists.Collaborative AND EXISTS (
          SELECT 1 FROM PlaylistFollowers Own WHERE Own.PlaylistId = Playlists.PlaylistId AND Own.UserId = @viewer AND Own.FollowedAt >= Playlists.CollaborativeSince)))
        """;

    private static readonly Statement PlaylistsById = new(
        $"""
        SELECT {Columns}
        FROM Playlists JOIN Users ON Users.UserId = Playlists.OwnerId
        WHERE Playlists.PlaylistId IN ({Statement.List("id", CatalogReader.MaxIds)}) AND {Visible}
        """,
        [.. Statement.ListParameters("id", CatalogReader.MaxIds, ColumnType.String), ("viewer", ColumnType.String)]);

    // One query, so that the items are those of the version.
    private static readonly Statement PlaylistWithItems = new(
        $"""
        SELECT {Columns}, Page.OrderKey, Page.Type, Page.PlayableId, Page.AddedAt, Page.AddedBy
        FROM Playlists JOIN Users ON Users.UserId = Playlists.OwnerId LEFT JOIN (
          SELECT PlaylistId, OrderKey, Type, PlayableId, AddedAt, AddedBy FROM PlaylistItems WHERE PlaylistId = @playlist ORDER BY OrderKey LIMIT @limit OFFSET @offset
        ) Page ON Page.PlaylistId = Playlists.PlaylistId
        WHERE Playlists.PlaylistId = @playlist AND {Visible}
        ORDER BY Page.OrderKey
        """,
        ("playlist", ColumnType.String), ("viewer", ColumnType.String), ("limit", ColumnType.Int64), ("offset", ColumnType.Int64));

    private const string ListedOfUser = $"""
        FROM PlaylistFollowers JOIN Playlists ON Playlists.PlaylistId = PlaylistFollowers.PlaylistId JOIN Users ON Users.UserId = Playlists.OwnerId
        WHERE PlaylistFollowers.UserId = @user AND (PlaylistFollowers.UserId = @viewer OR (PlaylistFollowers.Public AND Playlists.Public)) AND {Visible}
        """;

    private static readonly Statement PlaylistsOfUser = new(
        $"SELECT {Columns} {ListedOfUser} ORDER BY PlaylistFollowers.FollowedAt DESC, PlaylistFollowers.PlaylistId LIMIT @limit OFFSET @offset",
        ("user", ColumnType.String), ("viewer", ColumnType.String), ("limit", ColumnType.Int64), ("offset", ColumnType.Int64));

    private static readonly Statement CountPlaylistsOfUser = new(
        $"SELECT COUNT(*) AS Total {ListedOfUser}", ("user", ColumnType.String), ("viewer", ColumnType.String));

    /// <summary>Playlists as lists carry them, in the order of the ids; null for those the viewer may not see.</summary>
    public async Task<IReadOnlyList<SimplifiedPlaylistObject?>> SimplifiedAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        var parameters = new Parameters { { "viewer", viewer.Caller.UserId ?? "" } }.AddList("id", ids, CatalogReader.MaxIds);
        var rows = await database.QueryAsync(PlaylistsById, parameters, null, ct).ToDictionaryAsync(row => row.String("PlaylistId"), StringComparer.Ordinal, ct);
        var wire = new PlaylistWire(viewer);
        return [.. ids.Select(id => rows.TryGetValue(id, out var row) ? wire.Simplified(row) : null)];
    }

    /// <summary>A playlist with the first page of its items.</summary>
    /// <param name="episodes">Whether the viewer's client knows episodes; they look like tracks otherwise.</param>
    /// <exception cref="ApiException">404: there is none that the viewer may see.</exception>
    public async Task<PlaylistObject> PlaylistAsync(string id, bool episodes, Viewer viewer, CancellationToken ct)
    {
        var rows = await RowsAsync(id, PlaylistWire.FirstPage, viewer, ct);
        return new PlaylistWire(viewer).Playlist(rows[0], await ItemsAsync(rows, episodes, viewer, ct), Query(episodes, viewer));
    }

    /// <summary>A page of a playlist's items.</summary>
    /// <param name="list">The list's name in its address: <c>items</c> or <c>tracks</c>.</param>
    /// <inheritdoc cref="PlaylistAsync"/>
    public async Task<PagingObject<PlaylistTrackObject>> ItemsAsync(string id, string list, PageRequest page, bool episodes, Viewer viewer, CancellationToken ct)
    {
        var rows = await RowsAsync(id, page, viewer, ct);
        return new CatalogWire(viewer).Page(
            $"/v1/playlists/{id}/{list}{Query(episodes, viewer)}", await ItemsAsync(rows, episodes, viewer, ct), page, rows[0].Int32("Items"));
    }

    /// <summary>The pictures of a playlist.</summary>
    /// <exception cref="ApiException">404: there is none that the viewer may see.</exception>
    public async Task<IReadOnlyList<ImageObject>> ImagesAsync(string id, Viewer viewer, CancellationToken ct) =>
        (await SimplifiedAsync([id], viewer, ct))[0]?.Images ?? throw ApiException.NotFound();

    /// <summary>What a user owns and follows, the latest first: all of it for that user, for others what is public.</summary>
    /// <param name="path">The list's address.</param>
    /// <exception cref="ApiException">404: there is no such user.</exception>
    public async Task<PagingObject<SimplifiedPlaylistObject>> OfUserAsync(string userId, string path, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        if (userId != viewer.Caller.UserId && (userId.Length > User.MaxIdLength || await database.ReadAsync(User.Table, new Key(userId), ct) is null)) throw ApiException.NotFound();
        var total = await database.QueryAsync(CountPlaylistsOfUser, Filter(), null, ct).SingleAsync(ct);
        var parameters = Filter();
        parameters.Add("limit", page.Limit);
        parameters.Add("offset", page.Offset);
        var wire = new PlaylistWire(viewer);
        var playlists = await database.QueryAsync(PlaylistsOfUser, parameters, null, ct).Select(wire.Simplified).ToListAsync(ct);
        return new CatalogWire(viewer).Page<SimplifiedPlaylistObject>(path, playlists, page, total.Int32("Total"));

        Parameters Filter() => new() { { "user", userId }, { "viewer", viewer.Caller.UserId ?? "" } };
    }

    private static string Query(bool episodes, Viewer viewer)
    {
        string[] parameters = [.. viewer.MarketGiven ? [$"market={viewer.Market}"] : Array.Empty<string>(), .. episodes ? ["additional_types=episode"] : Array.Empty<string>()];
        return parameters.Length == 0 ? "" : "?" + string.Join('&', parameters);
    }

    /// <summary>The playlist's row with each item of the page, or once without.</summary>
    private async Task<IReadOnlyList<Row>> RowsAsync(string id, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var parameters = new Parameters { { "playlist", id }, { "viewer", viewer.Caller.UserId ?? "" }, { "limit", page.Limit }, { "offset", page.Offset } };
        var rows = await database.QueryAsync(PlaylistWithItems, parameters, null, ct).ToListAsync(ct);
        return rows.Count > 0 ? rows : throw ApiException.NotFound();
    }

    private async Task<IReadOnlyList<PlaylistTrackObject>> ItemsAsync(IReadOnlyList<Row> rows, bool episodes, Viewer viewer, CancellationToken ct)
    {
        var items = rows.Where(row => !row.IsNull("OrderKey")).ToList();
        var playables = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var ids in Ids("track"))
            foreach (var track in (await catalog.TracksAsync(ids, viewer, ct)).OfType<TrackObject>()) playables[track.Id] = track;
        foreach (var ids in Ids("episode"))
            foreach (var episode in (await catalog.EpisodesAsync(ids, viewer, ct)).OfType<EpisodeObject>()) playables[episode.Id] = episodes ? episode : PlaylistWire.AsTrack(episode);
        return [.. items.Select(row => PlaylistWire.Item(row, playables.GetValueOrDefault(row.String("PlayableId")), viewer))];

        IEnumerable<string[]> Ids(string type) =>
            items.Where(row => row.String("Type") == type).Select(row => row.String("PlayableId")).Distinct().Chunk(CatalogReader.MaxIds);
    }
}
