using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Playlists;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Playlists;

/// <summary>A mapping of playlists to the objects of the Web API, for one viewer.</summary>
internal sealed class PlaylistWire(Viewer viewer)
{
    /// <summary>The page of items in a playlist object.</summary>
    public static readonly PageRequest FirstPage = new(PageRequest.MaxLimit, 0);

    private readonly CatalogWire wire = new(viewer);

    /// <summary>Maps a playlist for a list.</summary>
    public SimplifiedPlaylistObject Simplified(PlaylistSummary playlist)
    {
        var id = playlist.Id;
        return new SimplifiedPlaylistObject(
            Collaborative: playlist.Collaborative,
            Description: playlist.Description,
            ExternalUrls: wire.Urls(EntityType.Playlist, id),
            Href: viewer.Links.Href(EntityType.Playlist, id),
            Id: id,
            Images: Images(playlist),
            Name: playlist.Name,
            Owner: Owner(playlist),
            Public: playlist.Public,
            SnapshotId: SnapshotId.Format(id, playlist.Version),
            Items: new PlaylistTracksRefObject(viewer.Links.Path($"/v1/playlists/{id}/items"), playlist.Items),
            Tracks: new PlaylistTracksRefObject(viewer.Links.Path($"/v1/playlists/{id}/tracks"), playlist.Items),
            Type: "playlist",
            Uri: CatalogWire.Uri(EntityType.Playlist, id),
            Surface: playlist.Surface,
            GeneratedAt: playlist.GeneratedAt is { } generatedAt ? ApiTime.Format(generatedAt) : null);
    }

    /// <summary>Maps a playlist in full.</summary>
    /// <param name="playlist">The playlist.</param>
    /// <param name="items">The items on <see cref="FirstPage"/>.</param>
    /// <param name="query">The query of links to other pages of items.</param>
    public PlaylistObject Playlist(PlaylistSummary playlist, IReadOnlyList<PlaylistTrackObject> items, string query)
    {
        var simplified = Simplified(playlist);
        var path = $"/v1/playlists/{playlist.Id}/";
        return new PlaylistObject(
            Collaborative: simplified.Collaborative,
            Description: simplified.Description,
            ExternalUrls: simplified.ExternalUrls,
            Href: simplified.Href,
            Id: simplified.Id,
            Images: simplified.Images,
            Name: simplified.Name,
            Owner: simplified.Owner,
            Public: simplified.Public,
            SnapshotId: simplified.SnapshotId,
            Items: wire.Page($"{path}items{query}", items, FirstPage, playlist.Items),
            Tracks: wire.Page($"{path}tracks{query}", items, FirstPage, playlist.Items),
            Type: simplified.Type,
            Uri: simplified.Uri,
            Followers: new FollowersObject(null, playlist.Followers),
            Surface: simplified.Surface,
            GeneratedAt: simplified.GeneratedAt);
    }

    /// <summary>Maps an item of a playlist.</summary>
    /// <param name="item">The item.</param>
    /// <param name="playable">The object of its track or episode; null if the catalog no longer has it.</param>
    /// <param name="reason">Why a generated playlist has the item; null for other playlists.</param>
    public PlaylistTrackObject Item(PlaylistItem item, object? playable, PickReasonObject? reason) => new(
        ApiTime.Format(item.AddedAt),
        item.AddedBy.Length == 0 ? null : User(item.AddedBy),
        IsLocal: false,
        Item: playable,
        Track: playable,
        Reason: reason);

    /// <summary>
    /// Maps an episode to a track, for clients that do not support episodes in playlists. The show takes the place of the album and
    /// the artist.
    /// </summary>
    public static TrackObject AsTrack(EpisodeObject episode)
    {
        var show = episode.Show;
        var artist = new SimplifiedArtistObject(
            ExternalUrls: show.ExternalUrls,
            Href: show.Href,
            Id: show.Id,
            Name: show.Publisher,
            Type: show.Type,
            Uri: show.Uri);
        var album = new SimplifiedAlbumObject(
            AlbumType: show.Type,
            TotalTracks: show.TotalEpisodes,
            AvailableMarkets: show.AvailableMarkets,
            ExternalUrls: show.ExternalUrls,
            Href: show.Href,
            Id: show.Id,
            Images: episode.Images,
            Name: show.Name,
            ReleaseDate: episode.ReleaseDate,
            ReleaseDatePrecision: episode.ReleaseDatePrecision,
            Restrictions: null,
            Type: show.Type,
            Uri: show.Uri,
            Artists: [artist]);
        var track = new SimplifiedTrackObject(
            Artists: [artist],
            AvailableMarkets: null,
            DiscNumber: 0,
            DurationMs: episode.DurationMs,
            Explicit: episode.Explicit,
            ExternalUrls: episode.ExternalUrls,
            Href: episode.Href,
            Id: episode.Id,
            IsPlayable: episode.IsPlayable,
            Restrictions: episode.Restrictions,
            Name: episode.Name,
            PreviewUrl: null,
            TrackNumber: 0,
            Type: episode.Type,
            Uri: episode.Uri,
            IsLocal: false);
        return new TrackObject(track, album, new ExternalIdObject(null, null), Popularity: 0);
    }

    private IReadOnlyList<ImageObject> Images(PlaylistSummary playlist) => playlist.Cover is { } cover
        ? [new ImageObject(viewer.Links.Image(cover.ImageId, cover.Width), cover.Height, cover.Width)]
        : wire.Images(playlist.ImageId);

    private PlaylistOwnerObject Owner(PlaylistSummary playlist) => new(
        ExternalUrls: wire.Urls(EntityType.User, playlist.OwnerId),
        Href: viewer.Links.Href(EntityType.User, playlist.OwnerId),
        Id: playlist.OwnerId,
        Type: "user",
        Uri: CatalogWire.Uri(EntityType.User, playlist.OwnerId),
        DisplayName: playlist.OwnerName);

    private PlaylistUserObject User(string userId) => new(
        wire.Urls(EntityType.User, userId),
        viewer.Links.Href(EntityType.User, userId),
        userId,
        "user",
        CatalogWire.Uri(EntityType.User, userId));
}
