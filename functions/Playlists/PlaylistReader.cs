using System.Globalization;
using Spotify.Domain;
using Spotify.Domain.Catalogue;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Catalog;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Playlists;

/// <summary>Playlists as one viewer sees them. A private playlist exists for its owner alone.</summary>
public sealed class PlaylistReader(IDatabase database, CatalogService catalog)
{
    private static readonly Statement PlaylistsById = new(
        $"""
        SELECT Playlists.PlaylistId, Playlists.OwnerId, Users.DisplayName, Playlists.Name, Playlists.Description, Playlists.Public, Playlists.Collaborative,
          Playlists.Version, Playlists.Items, Playlists.Followers, Playlists.ImageId
        FROM Playlists JOIN Users ON Users.UserId = Playlists.OwnerId
        WHERE Playlists.PlaylistId IN ({Statement.List("id", CatalogueReader.MaxIds)})
        """,
        [.. Statement.ListParameters("id", CatalogueReader.MaxIds, ColumnType.String)]);

    private static readonly Statement ItemsOfPlaylist = new(
        "SELECT PlayableId, AddedAt, AddedBy FROM PlaylistItems WHERE PlaylistId = @playlist ORDER BY OrderKey LIMIT @limit OFFSET @offset",
        ("playlist", ColumnType.String), ("limit", ColumnType.Int64), ("offset", ColumnType.Int64));

    /// <summary>Playlists as lists carry them, in the order of the ids; null for those the viewer may not see.</summary>
    public async Task<IReadOnlyList<SimplifiedPlaylistObject?>> SimplifiedAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var rows = await VisibleAsync(ids, viewer, ct);
        return [.. ids.Select(id => rows.TryGetValue(id, out var row) ? Simplified(row, viewer) : null)];
    }

    /// <summary>A playlist with the first page of its items.</summary>
    /// <exception cref="ApiException">404: there is none that the viewer may see.</exception>
    public async Task<PlaylistObject> PlaylistAsync(string id, Viewer viewer, CancellationToken ct)
    {
        var row = (await VisibleAsync([id], viewer, ct)).GetValueOrDefault(id) ?? throw ApiException.NotFound();
        var items = await ItemsAsync(row, new PageRequest(PageRequest.MaxLimit, 0), viewer, ct);
        var simplified = Simplified(row, viewer);
        return new PlaylistObject(
            simplified.Collaborative,
            simplified.Description,
            simplified.ExternalUrls,
            simplified.Href,
            simplified.Id,
            simplified.Images,
            simplified.Name,
            simplified.Owner,
            simplified.Public,
            simplified.SnapshotId,
            items,
            items,
            simplified.Type,
            simplified.Uri,
            new FollowersObject(null, row.Int64("Followers")));
    }

    /// <summary>A page of a playlist's items.</summary>
    /// <exception cref="ApiException">404: there is none that the viewer may see.</exception>
    public async Task<PagingObject<PlaylistTrackObject>> ItemsAsync(string id, PageRequest page, Viewer viewer, CancellationToken ct) =>
        await ItemsAsync((await VisibleAsync([id], viewer, ct)).GetValueOrDefault(id) ?? throw ApiException.NotFound(), page, viewer, ct);

    private async Task<Dictionary<string, Row>> VisibleAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        return await database.QueryAsync(PlaylistsById, new Parameters().AddList("id", ids, CatalogueReader.MaxIds), null, ct)
            .Where(row => row.Bool("Public") || row.String("OwnerId") == viewer.Caller.UserId)
            .ToDictionaryAsync(row => row.String("PlaylistId"), StringComparer.Ordinal, ct);
    }

    private async Task<PagingObject<PlaylistTrackObject>> ItemsAsync(Row playlist, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var id = playlist.String("PlaylistId");
        var rows = await database.QueryAsync(
            ItemsOfPlaylist, new Parameters { { "playlist", id }, { "limit", page.Limit }, { "offset", page.Offset } }, null, ct).ToListAsync(ct);
        var tracks = await catalog.TracksAsync([.. rows.Select(row => row.String("PlayableId"))], viewer, ct);
        return new WireMapper(viewer).Page<PlaylistTrackObject>(
            $"/v1/playlists/{id}/items",
            [.. rows.Select((row, i) => new PlaylistTrackObject(
                row.Timestamp("AddedAt").ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                Adder(row.String("AddedBy"), viewer),
                false,
                tracks[i],
                tracks[i]))],
            page,
            playlist.Int32("Items"));
    }

    private static SimplifiedPlaylistObject Simplified(Row row, Viewer viewer)
    {
        var id = row.String("PlaylistId");
        var owner = row.String("OwnerId");
        var wire = new WireMapper(viewer);
        var items = new PlaylistTracksRefObject(viewer.Links.Path($"/v1/playlists/{id}/items"), row.Int32("Items"));
        return new SimplifiedPlaylistObject(
            row.Bool("Collaborative"),
            row.String("Description"),
            wire.Urls(EntityType.Playlist, id),
            viewer.Links.Href(EntityType.Playlist, id),
            id,
            wire.Images(row.StringOrNull("ImageId")),
            row.String("Name"),
            new PlaylistOwnerObject(
                wire.Urls(EntityType.User, owner), viewer.Links.Href(EntityType.User, owner), owner, "user", WireMapper.Uri(EntityType.User, owner), row.String("DisplayName")),
            row.Bool("Public"),
            row.Int64("Version").ToString(CultureInfo.InvariantCulture),
            items,
            items,
            "playlist",
            WireMapper.Uri(EntityType.Playlist, id));
    }

    private static PlaylistUserObject Adder(string userId, Viewer viewer) => new(
        new ExternalUrlObject(viewer.Links.Page(EntityType.User, userId)),
        viewer.Links.Href(EntityType.User, userId),
        userId,
        "user",
        WireMapper.Uri(EntityType.User, userId));
}
