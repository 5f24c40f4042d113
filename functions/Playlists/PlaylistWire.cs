using System.Globalization;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Users;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Playlists;

/// <summary>Shows playlists as the Web API does, to one viewer.</summary>
internal sealed class PlaylistWire(Viewer viewer)
{
    /// <summary>The page of items that a playlist carries.</summary>
    public static readonly PageRequest FirstPage = new(PageRequest.MaxLimit, 0);

    private readonly CatalogWire wire = new(viewer);

    /// <summary>A playlist as lists carry it.</summary>
    /// <param name="row">A row of the queries of <see cref="PlaylistReader"/>.</param>
    public SimplifiedPlaylistObject Simplified(Row row)
    {
        var id = row.String("PlaylistId");
        var items = new PlaylistTracksRefObject(viewer.Links.Path($"/v1/playlists/{id}/items"), row.Int32("Items"));
        return new SimplifiedPlaylistObject(
            row.Bool("Collaborative"),
            row.String("Description"),
            wire.Urls(EntityType.Playlist, id),
            viewer.Links.Href(EntityType.Playlist, id),
            id,
            Images(row),
            row.String("Name"),
            Owner(row.String("OwnerId"), row.String("DisplayName")),
            row.Bool("Public"),
            SnapshotId.Format(id, row.Int64("Version")),
            items,
            items with { Href = viewer.Links.Path($"/v1/playlists/{id}/tracks") },
            "playlist",
            CatalogWire.Uri(EntityType.Playlist, id));
    }

    /// <summary>A playlist in full.</summary>
    /// <param name="row">Likewise.</param>
    /// <param name="items">Its first items.</param>
    /// <param name="query">The parameters that pages of it carry on.</param>
    public PlaylistObject Playlist(Row row, IReadOnlyList<PlaylistTrackObject> items, string query)
    {
        var simplified = Simplified(row);
        var path = $"/v1/playlists/{simplified.Id}/";
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
            wire.Page($"{path}items{query}", items, FirstPage, simplified.Items.Total),
            wire.Page($"{path}tracks{query}", items, FirstPage, simplified.Items.Total),
            simplified.Type,
            simplified.Uri,
            new FollowersObject(null, row.Int64("Followers")));
    }

    /// <summary>A playlist that has just been made.</summary>
    public PlaylistObject New(string id, User owner, string name, string description, bool isPublic, bool collaborative) => new(
        collaborative,
        description,
        wire.Urls(EntityType.Playlist, id),
        viewer.Links.Href(EntityType.Playlist, id),
        id,
        [],
        name,
        Owner(owner.Id, owner.DisplayName),
        isPublic,
        SnapshotId.Format(id, 1),
        wire.Page<PlaylistTrackObject>($"/v1/playlists/{id}/items", [], FirstPage, 0),
        wire.Page<PlaylistTrackObject>($"/v1/playlists/{id}/tracks", [], FirstPage, 0),
        "playlist",
        CatalogWire.Uri(EntityType.Playlist, id),
        new FollowersObject(null, 0));

    /// <summary>An item.</summary>
    /// <param name="row">A row with the item's columns.</param>
    /// <param name="playable">What it is; null where the viewer's client does not know such a thing.</param>
    public static PlaylistTrackObject Item(Row row, object? playable, Viewer viewer) => new(
        row.Timestamp("AddedAt").ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        User(row.String("AddedBy"), viewer),
        false,
        playable,
        playable);

    /// <summary>The pictures of a playlist: the cover its owner uploaded, or the one it was made with.</summary>
    public IReadOnlyList<ImageObject> Images(Row row) => row.StringOrNull("CoverId") is { } coverId && row.Int64OrNull("CoverWidth") is { } width
        ? [new ImageObject(viewer.Links.Image(coverId, (int)width), (int?)row.Int64OrNull("CoverHeight"), (int)width)]
        : wire.Images(row.StringOrNull("ImageId"));

    /// <summary>An episode in the shape of a track, for clients that know nothing else: its show stands for album and artist.</summary>
    public static TrackObject AsTrack(EpisodeObject episode)
    {
        var show = episode.Show;
        SimplifiedArtistObject[] artists = [new(show.ExternalUrls, show.Href, show.Id, show.Publisher, show.Type, show.Uri)];
        return new TrackObject(
            new SimplifiedTrackObject(
                artists, null, 0, episode.DurationMs, episode.Explicit, episode.ExternalUrls, episode.Href, episode.Id, episode.IsPlayable, episode.Restrictions, episode.Name, null, 0,
                episode.Type, episode.Uri, false),
            new SimplifiedAlbumObject(
                show.Type, show.TotalEpisodes, show.AvailableMarkets, show.ExternalUrls, show.Href, show.Id, episode.Images, show.Name, episode.ReleaseDate,
                episode.ReleaseDatePrecision, null, show.Type, show.Uri, artists),
            new ExternalIdObject(null, null),
            0);
    }

    private PlaylistOwnerObject Owner(string userId, string displayName) => new(
        wire.Urls(EntityType.User, userId), viewer.Links.Href(EntityType.User, userId), userId, "user", CatalogWire.Uri(EntityType.User, userId), displayName);

    private static PlaylistUserObject User(string userId, Viewer viewer) => new(
        new ExternalUrlObject(viewer.Links.Page(EntityType.User, userId)),
        viewer.Links.Href(EntityType.User, userId),
        userId,
        "user",
        CatalogWire.Uri(EntityType.User, userId));
}
