using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Catalog;

/// <summary>
/// The catalog as one viewer sees it. Methods for one entity throw 404 if it does not exist; methods for several return null in its place.
/// </summary>
public sealed class CatalogService(CatalogReader catalog)
{
    private const int MaxTopTracks = 10;

    private static readonly string[] AllGroups = ["album", "single", "compilation", "appears_on"];

    private static readonly PageRequest FirstPage = new(PageRequest.MaxLimit, 0);

    /// <summary>Returns artists, in the order of the ids.</summary>
    public async Task<IReadOnlyList<ArtistObject?>> ArtistsAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var artists = await catalog.ArtistsAsync(ids, ct);
        return InOrder(ids, artists, new CatalogWire(viewer).Artist);
    }

    /// <summary>Returns albums with the first page of their tracks, in the order of the ids.</summary>
    public async Task<IReadOnlyList<AlbumObject?>> AlbumsAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var albums = await catalog.AlbumsAsync(ids, ct);
        var tracks = new Dictionary<string, PagingObject<SimplifiedTrackObject>>(StringComparer.Ordinal);
        foreach (var album in albums.Values) tracks[album.Id] = await TracksOfAsync(album, FirstPage, viewer, ct);
        return InOrder(ids, albums, album => new CatalogWire(viewer).Album(album, tracks[album.Id]));
    }

    /// <summary>Returns a page of an album's tracks.</summary>
    public async Task<PagingObject<SimplifiedTrackObject>> AlbumTracksAsync(
        string id, PageRequest page, Viewer viewer, CancellationToken ct) =>
        await TracksOfAsync(Found(await catalog.AlbumsAsync([id], ct), id), page, viewer, ct);

    /// <summary>Returns a page of an artist's albums that are in the given groups and available to the viewer.</summary>
    /// <param name="id">The artist's id.</param>
    /// <param name="includeGroups">Names of groups, separated by commas; null for all.</param>
    /// <param name="page">The page.</param>
    /// <param name="viewer">The viewer.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<PagingObject<SimplifiedAlbumObject>> ArtistAlbumsAsync(
        string id, string? includeGroups, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        Found(await catalog.ArtistsAsync([id], ct), id);
        var groups = Groups(includeGroups);
        var releases = await catalog.AlbumsOfAsync(id, groups, viewer.Market, page.Offset, page.Limit, ct);
        var albums = await catalog.AlbumsAsync([.. releases.Items.Select(release => release.AlbumId)], ct);
        var wire = new CatalogWire(viewer);
        var path = $"/v1/artists/{id}/albums" + (includeGroups is null ? "" : $"?include_groups={string.Join(',', groups)}");
        var items = releases.Items
            .Where(release => albums.ContainsKey(release.AlbumId))
            .Select(release => wire.Album(albums[release.AlbumId]) with { AlbumGroup = release.Group });
        return wire.Page<SimplifiedAlbumObject>(WithMarket(path, viewer), [.. items], page, releases.Total);
    }

    /// <summary>Returns the ten most popular tracks of an artist that are available in the viewer's market.</summary>
    public async Task<IReadOnlyList<TrackObject>> TopTracksAsync(string id, Viewer viewer, CancellationToken ct)
    {
        Found(await catalog.ArtistsAsync([id], ct), id);
        var top = await catalog.TopTracksAsync(id, viewer.Market, MaxTopTracks, ct);
        return [.. (await TracksAsync(top, viewer, ct)).OfType<TrackObject>()];
    }

    /// <summary>Returns tracks, in the order of the ids.</summary>
    public async Task<IReadOnlyList<TrackObject?>> TracksAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var tracks = await PlayablesAsync(ids, EntityType.Track, ct);
        var albums = await catalog.AlbumsAsync(Parents(tracks), ct);
        var wire = new CatalogWire(viewer);
        return InOrder(ids, tracks, track => wire.Track(track, albums.GetValueOrDefault(track.ParentId)));
    }

    /// <summary>Returns shows without their episodes, in the order of the ids.</summary>
    public async Task<IReadOnlyList<SimplifiedShowObject?>> ShowsAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var shows = await catalog.ShowsAsync(ids, ct);
        return InOrder(ids, shows, new CatalogWire(viewer).Show);
    }

    /// <summary>Returns a show with the first page of its episodes.</summary>
    public async Task<ShowObject> ShowAsync(string id, Viewer viewer, CancellationToken ct)
    {
        var show = Found(await catalog.ShowsAsync([id], ct), id);
        return new ShowObject(new CatalogWire(viewer).Show(show), await EpisodesOfAsync(show, FirstPage, viewer, ct));
    }

    /// <summary>Returns a page of a show's episodes, the latest first.</summary>
    public async Task<PagingObject<SimplifiedEpisodeObject>> ShowEpisodesAsync(
        string id, PageRequest page, Viewer viewer, CancellationToken ct) =>
        await EpisodesOfAsync(Found(await catalog.ShowsAsync([id], ct), id), page, viewer, ct);

    /// <summary>Returns episodes, in the order of the ids.</summary>
    public async Task<IReadOnlyList<EpisodeObject?>> EpisodesAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var episodes = await PlayablesAsync(ids, EntityType.Episode, ct);
        var shows = await catalog.ShowsAsync(Parents(episodes), ct);
        var wire = new CatalogWire(viewer);
        return InOrder(ids, WithParents(shows, episodes), episode =>
        {
            var show = shows[episode.ParentId];
            return new EpisodeObject(wire.Episode(episode, show), wire.Show(show));
        });
    }

    /// <summary>Returns audiobooks with the first page of their chapters, in the order of the ids.</summary>
    public async Task<IReadOnlyList<AudiobookObject?>> AudiobooksAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var books = await catalog.AudiobooksAsync(ids, ct);
        var chapters = new Dictionary<string, PagingObject<SimplifiedChapterObject>>(StringComparer.Ordinal);
        foreach (var book in books.Values) chapters[book.Id] = await ChaptersOfAsync(book, FirstPage, viewer, ct);
        return InOrder(ids, books, book => new AudiobookObject(new CatalogWire(viewer).Audiobook(book), chapters[book.Id]));
    }

    /// <summary>Returns a page of an audiobook's chapters.</summary>
    public async Task<PagingObject<SimplifiedChapterObject>> AudiobookChaptersAsync(
        string id, PageRequest page, Viewer viewer, CancellationToken ct) =>
        await ChaptersOfAsync(Found(await catalog.AudiobooksAsync([id], ct), id), page, viewer, ct);

    /// <summary>Returns chapters, in the order of the ids.</summary>
    public async Task<IReadOnlyList<ChapterObject?>> ChaptersAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var chapters = await PlayablesAsync(ids, EntityType.Chapter, ct);
        var books = await catalog.AudiobooksAsync(Parents(chapters), ct);
        var wire = new CatalogWire(viewer);
        return InOrder(ids, WithParents(books, chapters), chapter =>
        {
            var book = books[chapter.ParentId];
            return new ChapterObject(wire.Chapter(chapter, book), wire.Audiobook(book));
        });
    }

    /// <summary>Returns the entity of a list that was read for one id.</summary>
    /// <exception cref="ApiException">404: the entity does not exist.</exception>
    public static T One<T>(IReadOnlyList<T?> entities) where T : class => entities[0] ?? throw ApiException.NotFound();

    private async Task<Dictionary<string, Playable>> PlayablesAsync(IReadOnlyList<string> ids, EntityType type, CancellationToken ct)
    {
        var playables = await catalog.PlayablesAsync(ids, ct);
        return playables.Where(entry => entry.Value.Type == type).ToDictionary(StringComparer.Ordinal);
    }

    private async Task<PagingObject<SimplifiedTrackObject>> TracksOfAsync(
        Album album, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var wire = new CatalogWire(viewer);
        var tracks = await catalog.PlayablesOfAsync(album.Id, page.Offset, page.Limit, latestFirst: false, ct);
        var path = WithMarket($"/v1/albums/{album.Id}/tracks", viewer);
        return wire.Page<SimplifiedTrackObject>(path, [.. tracks.Select(wire.Track)], page, album.TotalTracks);
    }

    private async Task<PagingObject<SimplifiedEpisodeObject>> EpisodesOfAsync(
        Show show, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var wire = new CatalogWire(viewer);
        var episodes = await catalog.PlayablesOfAsync(show.Id, page.Offset, page.Limit, latestFirst: true, ct);
        var path = WithMarket($"/v1/shows/{show.Id}/episodes", viewer);
        var items = episodes.Select(episode => wire.Episode(episode, show));
        return wire.Page<SimplifiedEpisodeObject>(path, [.. items], page, show.TotalEpisodes);
    }

    private async Task<PagingObject<SimplifiedChapterObject>> ChaptersOfAsync(
        Audiobook book, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var wire = new CatalogWire(viewer);
        var chapters = await catalog.PlayablesOfAsync(book.Id, page.Offset, page.Limit, latestFirst: false, ct);
        var path = WithMarket($"/v1/audiobooks/{book.Id}/chapters", viewer);
        var items = chapters.Select(chapter => wire.Chapter(chapter, book));
        return wire.Page<SimplifiedChapterObject>(path, [.. items], page, book.TotalChapters);
    }

    private static string[] Groups(string? includeGroups)
    {
        if (string.IsNullOrEmpty(includeGroups)) return AllGroups;
        var groups = includeGroups.Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).ToArray();
        return groups.Except(AllGroups).FirstOrDefault() is { } unknown
            ? throw ApiException.BadRequest($"Invalid include_groups: {unknown} is not one of {string.Join(", ", AllGroups)}")
            : groups;
    }

    private static string WithMarket(string path, Viewer viewer) =>
        viewer.MarketGiven ? $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}market={viewer.Market}" : path;

    // Episodes and chapters are shown with their show or audiobook, so they are left out if it no longer exists.
    private static Dictionary<string, Playable> WithParents<T>(Dictionary<string, T> parents, Dictionary<string, Playable> playables) =>
        playables.Where(entry => parents.ContainsKey(entry.Value.ParentId)).ToDictionary(StringComparer.Ordinal);

    private static List<string> Parents(Dictionary<string, Playable> playables) =>
        [.. playables.Values.Select(playable => playable.ParentId).Distinct(StringComparer.Ordinal)];

    private static T Found<T>(Dictionary<string, T> entities, string id) where T : class =>
        entities.GetValueOrDefault(id) ?? throw ApiException.NotFound();

    private static IReadOnlyList<TWire?> InOrder<T, TWire>(IReadOnlyList<string> ids, Dictionary<string, T> found, Func<T, TWire?> show)
        where T : class
        where TWire : class =>
        [.. ids.Select(id => found.TryGetValue(id, out var entity) ? show(entity) : null)];
}
