using System.Globalization;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Library;

/// <summary>
/// The saved items and followed artists of a user, as the Web API shows them, the newest first. What the catalog no longer has is
/// left out of its page, and comes back if the catalog gets it back.
/// </summary>
public sealed class LibraryService(LibraryStore store, CatalogService catalog)
{
    /// <summary>A page of saved tracks.</summary>
    public Task<PagingObject<SavedTrackObject>> TracksAsync(string userId, SavedPageRequest page, Viewer viewer, CancellationToken ct) =>
        PageAsync(userId, EntityType.Track, "tracks", page, viewer, catalog.TracksAsync, (addedAt, track) => new SavedTrackObject(addedAt, track), ct);

    /// <summary>A page of saved albums.</summary>
    public Task<PagingObject<SavedAlbumObject>> AlbumsAsync(string userId, SavedPageRequest page, Viewer viewer, CancellationToken ct) =>
        PageAsync(userId, EntityType.Album, "albums", page, viewer, catalog.AlbumsAsync, (addedAt, album) => new SavedAlbumObject(addedAt, album), ct);

    /// <summary>A page of saved episodes.</summary>
    public Task<PagingObject<SavedEpisodeObject>> EpisodesAsync(string userId, SavedPageRequest page, Viewer viewer, CancellationToken ct) =>
        PageAsync(userId, EntityType.Episode, "episodes", page, viewer, catalog.EpisodesAsync, (addedAt, episode) => new SavedEpisodeObject(addedAt, episode), ct);

    /// <summary>A page of saved shows.</summary>
    public Task<PagingObject<SavedShowObject>> ShowsAsync(string userId, SavedPageRequest page, Viewer viewer, CancellationToken ct) =>
        PageAsync(userId, EntityType.Show, "shows", page, viewer, catalog.ShowsAsync, (addedAt, show) => new SavedShowObject(addedAt, show), ct);

    /// <summary>A page of saved audiobooks.</summary>
    public Task<PagingObject<SavedAudiobookObject>> AudiobooksAsync(string userId, SavedPageRequest page, Viewer viewer, CancellationToken ct) =>
        PageAsync(userId, EntityType.Audiobook, "audiobooks", page, viewer, catalog.AudiobooksAsync, (addedAt, book) => new SavedAudiobookObject(addedAt, book), ct);

    /// <summary>A page of followed artists.</summary>
    /// <param name="after">The last artist of the page before; null: the first page.</param>
    public async Task<FollowedArtists> FollowedArtistsAsync(string userId, string? after, int limit, Viewer viewer, CancellationToken ct)
    {
        // One more than asked for tells whether there is a next page.
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

        string At(string? place) => viewer.Links.Path(string.Create(
            CultureInfo.InvariantCulture, $"/v1/me/following?type=artist{(place is null ? "" : $"&after={place}")}&limit={limit}"));
    }

    private async Task<PagingObject<TSaved>> PageAsync<T, TSaved>(
        string userId,
        EntityType type,
        string collection,
        SavedPageRequest page,
        Viewer viewer,
        Func<IReadOnlyList<string>, Viewer, CancellationToken, Task<IReadOnlyList<T?>>> read,
        Func<string, T, TSaved> show,
        CancellationToken ct)
        where T : class
    {
        var (items, total) = await store.PageAsync(userId, type, page.Until, page.Page.Offset, page.Page.Limit, ct);
        var entities = await read([.. items.Select(item => item.Id)], viewer, ct);
        var query = string.Join('&', new[] { viewer.MarketGiven ? $"market={viewer.Market}" : null, page.Until is { } until ? SavedPageRequest.Parameter(until) : null }.OfType<string>());
        var answer = new CatalogWire(viewer).Page<TSaved>(
            $"/v1/me/{collection}" + (query.Length > 0 ? $"?{query}" : ""),
            [.. items.Zip(entities).Where(pair => pair.Second is not null).Select(pair => show(ApiTime.Format(pair.First.AddedAt), pair.Second!))],
            page.Page,
            total);

        // From the first page on, the list is that of now.
        return page is { Until: null, Page.Offset: 0 } && answer.Next is { } next ? answer with { Next = $"{next}&{SavedPageRequest.Parameter(items[0].AddedAt)}" } : answer;
    }
}
