using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Catalog;

/// <summary>
/// The catalog as one viewer sees it. Methods for one entity fail with 404 where there is none; those for several answer null
/// in its place.
/// </summary>
public sealed class CatalogService(CatalogReader catalog)
{
    private static readonly string[] AllGroups = ["album", "single", "compilation", "appears_on"];

    /// <summary>Artists, in the order of the ids.</summary>
    public async Task<IReadOnlyList<ArtistObject?>> ArtistsAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var artists = await catalog.ArtistsAsync(ids, ct);
        var wire = new CatalogWire(viewer);
        return InOrder(ids, artists, wire.Artist);
    }

    /// <summary>Albums with the first page of their tracks, in the order of the ids.</summary>
    public async Task<IReadOnlyList<AlbumObject?>> AlbumsAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var albums = await catalog.AlbumsAsync(ids, ct);
        var wire = new CatalogWire(viewer);
        var page = new PageRequest(PageRequest.MaxLimit, 0);
        var tracks = new Dictionary<string, IReadOnlyList<Playable>>();
        foreach (var id in albums.Keys) tracks[id] = await catalog.PlayablesOfAsync(id, page.Offset, page.Limit, latestFirst: false, ct);
        return InOrder(ids, albums, album => wire.Album(album, wire.Page<SimplifiedTrackObject>(
            WithMarket($"/v1/albums/{album.Id}/tracks", viewer), [.. tracks[album.Id].Select(wire.Track)], page, album.TotalTracks)));
    }

    /// <summary>A page of an album's tracks.</summary>
    public async Task<PagingObject<SimplifiedTrackObject>> AlbumTracksAsync(string id, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var album = Found(await catalog.AlbumsAsync([id], ct), id);
        var wire = new CatalogWire(viewer);
        var tracks = await catalog.PlayablesOfAsync(id, page.Offset, page.Limit, latestFirst: false, ct);
        return wire.Page<SimplifiedTrackObject>(WithMarket($"/v1/albums/{id}/tracks", viewer), [.. tracks.Select(wire.Track)], page, album.TotalTracks);
    }

    /// <summary>A page of an artist's albums: those of the groups asked for that are available to the viewer.</summary>
    public async Task<PagingObject<SimplifiedAlbumObject>> ArtistAlbumsAsync(string id, string? includeGroups, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        Found(await catalog.ArtistsAsync([id], ct), id);
        var groups = Groups(includeGroups);
        var releases = await catalog.AlbumsOfAsync(id, groups, viewer.Market, page.Offset, page.Limit, ct);
        var albums = await catalog.AlbumsAsync([.. releases.Items.Select(release => release.AlbumId)], ct);
        var wire = new CatalogWire(viewer);
        var path = $"/v1/artists/{id}/albums" + (includeGroups is null ? "" : $"?include_groups={string.Join(',', groups)}");
        return wire.Page<SimplifiedAlbumObject>(
            WithMarket(path, viewer),
            [.. releases.Items.Where(release => albums.ContainsKey(release.AlbumId)).Select(release => wire.Album(albums[release.AlbumId]) with { AlbumGroup = release.Group })],
            page,
            releases.Total);
    }

    /// <summary>The ten most popular tracks of an artist that are available in the viewer's market.</summary>
    public async Task<IReadOnlyList<TrackObject>> TopTracksAsync(string id, Viewer viewer, CancellationToken ct)
    {
        Found(await catalog.ArtistsAsync([id], ct), id);
        var top = await catalog.TopTracksAsync(id, viewer.Market, 10, ct);
        return [.. (await TracksAsync(top, viewer, ct)).OfType<TrackObject>()];
    }

    /// <summary>Tracks, in the order of the ids.</summary>
    public async Task<IReadOnlyList<TrackObject?>> TracksAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var tracks = await PlayablesAsync(ids, EntityType.Track, ct);
        var albums = await catalog.AlbumsAsync(Parents(tracks), ct);
        var wire = new CatalogWire(viewer);
        return InOrder(ids, tracks, track => wire.Track(track, albums.GetValueOrDefault(track.ParentId)));
    }

    /// <summary>Shows, in the order of the ids, without their episodes.</summary>
    public async Task<IReadOnlyList<SimplifiedShowObject?>> ShowsAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var shows = await catalog.ShowsAsync(ids, ct);
        return InOrder(ids, shows, new CatalogWire(viewer).Show);
    }

    /// <summary>A show with the first page of its episodes.</summary>
    public async Task<ShowObject> ShowAsync(string id, Viewer viewer, CancellationToken ct)
    {
        var show = Found(await catalog.ShowsAsync([id], ct), id);
        var page = new PageRequest(PageRequest.MaxLimit, 0);
        return new ShowObject(new CatalogWire(viewer).Show(show), await EpisodesOfAsync(show, page, viewer, ct));
    }

    /// <summary>A page of a show's episodes, the latest first.</summary>
    public async Task<PagingObject<SimplifiedEpisodeObject>> ShowEpisodesAsync(string id, PageRequest page, Viewer viewer, CancellationToken ct) =>
        await EpisodesOfAsync(Found(await catalog.ShowsAsync([id], ct), id), page, viewer, ct);

    /// <summary>Episodes, in the order of the ids.</summary>
    public async Task<IReadOnlyList<EpisodeObject?>> EpisodesAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var episodes = await PlayablesAsync(ids, EntityType.Episode, ct);
        var shows = await catalog.ShowsAsync(Parents(episodes), ct);
        var wire = new CatalogWire(viewer);
        return InOrder(ids, OfKnown(shows, episodes), episode => new EpisodeObject(wire.Episode(episode, shows[episode.ParentId]), wire.Show(shows[episode.ParentId])));
    }

    /// <summary>Audiobooks with the first page of their chapters, in the order of the ids.</summary>
    public async Task<IReadOnlyList<AudiobookObject?>> AudiobooksAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var books = await catalog.AudiobooksAsync(ids, ct);
        var wire = new CatalogWire(viewer);
        var page = new PageRequest(PageRequest.MaxLimit, 0);
        var chapters = new Dictionary<string, PagingObject<SimplifiedChapterObject>>();
        foreach (var book in books.Values) chapters[book.Id] = await ChaptersOfAsync(book, page, viewer, ct);
        return InOrder(ids, books, book => new AudiobookObject(wire.Audiobook(book), chapters[book.Id]));
    }

    /// <summary>A page of an audiobook's chapters.</summary>
    public async Task<PagingObject<SimplifiedChapterObject>> AudiobookChaptersAsync(string id, PageRequest page, Viewer viewer, CancellationToken ct) =>
        await ChaptersOfAsync(Found(await catalog.AudiobooksAsync([id], ct), id), page, viewer, ct);

    /// <summary>Chapters, in the order of the ids.</summary>
    public async Task<IReadOnlyList<ChapterObject?>> ChaptersAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var chapters = await PlayablesAsync(ids, EntityType.Chapter, ct);
        var books = await catalog.AudiobooksAsync(Parents(chapters), ct);
        var wire = new CatalogWire(viewer);
        return InOrder(ids, OfKnown(books, chapters), chapter => new ChapterObject(wire.Chapter(chapter, books[chapter.ParentId]), wire.Audiobook(books[chapter.ParentId])));
    }

    /// <summary>The only one of several.</summary>
    /// <exception cref="ApiException">404: it is not there.</exception>
    public static T One<T>(IReadOnlyList<T?> entities) where T : class => entities[0] ?? throw ApiException.NotFound();

    private async Task<Dictionary<string, Playable>> PlayablesAsync(IReadOnlyList<string> ids, EntityType type, CancellationToken ct)
    {
        var playables = await catalog.PlayablesAsync(ids, ct);
        return playables.Where(entry => entry.Value.Type == type).ToDictionary(StringComparer.Ordinal);
    }

    private async Task<PagingObject<SimplifiedEpisodeObject>> EpisodesOfAsync(Show show, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var wire = new CatalogWire(viewer);
        var episodes = await catalog.PlayablesOfAsync(show.Id, page.Offset, page.Limit, latestFirst: true, ct);
        return wire.Page<SimplifiedEpisodeObject>(
            WithMarket($"/v1/shows/{show.Id}/episodes", viewer), [.. episodes.Select(episode => wire.Episode(episode, show))], page, show.TotalEpisodes);
    }

    private async Task<PagingObject<SimplifiedChapterObject>> ChaptersOfAsync(Audiobook book, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var wire = new CatalogWire(viewer);
        var chapters = await catalog.PlayablesOfAsync(book.Id, page.Offset, page.Limit, latestFirst: false, ct);
        return wire.Page<SimplifiedChapterObject>(
            WithMarket($"/v1/audiobooks/{book.Id}/chapters", viewer), [.. chapters.Select(chapter => wire.Chapter(chapter, book))], page, book.TotalChapters);
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

    // An episode or a chapter is shown with what it is part of: where that has gone, so has it.
    private static Dictionary<string, Playable> OfKnown<T>(Dictionary<string, T> parents, Dictionary<string, Playable> playables) =>
        playables.Where(entry => parents.ContainsKey(entry.Value.ParentId)).ToDictionary(StringComparer.Ordinal);

    private static List<string> Parents(Dictionary<string, Playable> playables) => [.. playables.Values.Select(playable => playable.ParentId).Distinct(StringComparer.Ordinal)];

    private static T Found<T>(Dictionary<string, T> entities, string id) where T : class => entities.GetValueOrDefault(id) ?? throw ApiException.NotFound();

    private static IReadOnlyList<TWire?> InOrder<T, TWire>(IReadOnlyList<string> ids, Dictionary<string, T> found, Func<T, TWire?> show) where T : class where TWire : class =>
        [.. ids.Select(id => found.TryGetValue(id, out var entity) ? show(entity) : null)];
}
