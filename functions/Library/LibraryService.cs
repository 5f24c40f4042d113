using System.Globalization;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Library;

/// <summary>
/// The saved items and followed artists of users, the newest first. Items that the catalog no longer has are left out of their page, and
/// reappear if the catalog has them again.
/// </summary>
public sealed class LibraryService(LibraryStore store, CatalogService catalog)
{
    /// <summary>Returns a page of saved tracks.</summary>
    public Task<PagingObject<SavedTrackObject>> TracksAsync(string userId, SavedPageRequest page, Viewer viewer, CancellationToken ct) =>
        PageAsync<TrackObject, SavedTrackObject>(
            userId, EntityType.Track, "tracks", page, viewer, catalog.TracksAsync, (addedAt, track) => new(addedAt, track), ct);

    /// <summary>Returns a page of saved albums.</summary>
    public Task<PagingObject<SavedAlbumObject>> AlbumsAsync(string userId, SavedPageRequest page, Viewer viewer, CancellationToken ct) =>
        PageAsync<AlbumObject, SavedAlbumObject>(
            userId, EntityType.Album, "albums", page, viewer, catalog.AlbumsAsync, (addedAt, album) => new(addedAt, album), ct);

    /// <summary>Returns a page of saved episodes.</summary>
    public Task<PagingObject<SavedEpisodeObject>> EpisodesAsync(
        string userId, SavedPageRequest page, Viewer viewer, CancellationToken ct) =>
        PageAsync<EpisodeObject, SavedEpisodeObject>(
            userId, EntityType.Episode, "episodes", page, viewer, catalog.EpisodesAsync, (addedAt, episode) => new(addedAt, episode), ct);

    /// <summary>Returns a page of saved shows.</summary>
    public Task<PagingObject<SavedShowObject>> ShowsAsync(string userId, SavedPageRequest page, Viewer viewer, CancellationToken ct) =>
        PageAsync<SimplifiedShowObject, SavedShowObject>(
            userId, EntityType.Show, "shows", page, viewer, catalog.ShowsAsync, (addedAt, show) => new(addedAt, show), ct);

    /// <summary>Returns a page of saved audiobooks.</summary>
    public Task<PagingObject<SavedAudiobookObject>> AudiobooksAsync(
        string userId, SavedPageRequest page, Viewer viewer, CancellationToken ct) =>
        PageAsync<AudiobookObject, SavedAudiobookObject>(
            userId, EntityType.Audiobook, "audiobooks", page, viewer, catalog.AudiobooksAsync, (addedAt, book) => new(addedAt, book), ct);

    /// <summary>Returns a page of followed artists.</summary>
    /// <param name="userId">The user's id.</param>
    /// <param name="after">The last artist of the previous page; null for the first page.</param>
    /// <param name="limit">The maximum number of artists.</param>
    /// <param name="viewer">The viewer.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<FollowedArtists> FollowedArtistsAsync(string userId, string? after, int limit, Viewer viewer, CancellationToken ct)
    {
        // Reads one more than the limit to find out whether there is a next page.
        var (items, total) = await store.PageAfterAsync(userId, EntityType.Artist, after, limit + 1, ct);
        var ids = items.Take(limit).Select(item => item.Id).ToList();
        var artists = await catalog.ArtistsAsync(ids, viewer, ct);
        var cursor = items.Count > limit ? ids[^1] : null;
        return new FollowedArtists(new CursorPagingObject<ArtistObject>(
            Href: At(after),
            Limit: limit,
            Next: cursor is null ? null : At(cursor),
            Cursors: new CursorObject(cursor),
            Total: total,
            Items: [.. artists.OfType<ArtistObject>()]));

        string At(string? artist) => viewer.Links.Path(string.Create(
            CultureInfo.InvariantCulture, $"/v1/me/following?type=artist{(artist is null ? "" : $"&after={artist}")}&limit={limit}"));
    }

    private async Task<PagingObject<TSaved>> PageAsync<T, TSaved>(
        string userId,
        EntityType type,
        string collection,
        SavedPageRequest page,
        Viewer viewer,
        Func<IReadOnlyList<string>, Viewer, CancellationToken, Task<IReadOnlyList<T?>>> read,
        Func<string, T, TSaved> save,
        CancellationToken ct)
        where T : class
    {
        var (items, total) = await store.PageAsync(userId, type, page.Until, page.Page.Offset, page.Page.Limit, ct);
        var entities = await read([.. items.Select(item => item.Id)], viewer, ct);
        var saved = new List<TSaved>(items.Count);
        foreach (var (item, entity) in items.Zip(entities))
            if (entity is not null) saved.Add(save(ApiTime.Format(item.AddedAt), entity));
        var answer = new CatalogWire(viewer).Page<TSaved>(Path(collection, page, viewer), saved, page.Page, total);

        // The links of the first page refer to the list as it is now, so that items saved later do not shift the pages.
        return page is { Until: null, Page.Offset: 0 } && answer.Next is { } next
            ? answer with { Next = $"{next}&{SavedPageRequest.Parameter(items[0].AddedAt)}" }
            : answer;
    }

    private static string Path(string collection, SavedPageRequest page, Viewer viewer)
    {
        var parameters = new List<string>();
        if (viewer.MarketGiven) parameters.Add($"market={viewer.Market}");
        if (page.Until is { } until) parameters.Add(SavedPageRequest.Parameter(until));
        return $"/v1/me/{collection}" + (parameters.Count > 0 ? "?" + string.Join('&', parameters) : "");
    }
}
