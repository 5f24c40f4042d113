using Spotify.Catalog.ResumePoints;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Catalog;

/// <summary>
/// The catalog as one viewer sees it. Methods for one entity throw 404 if it does not exist; methods for several return null in its place.
/// </summary>
public sealed class CatalogService(CatalogReader catalog, ShownResumePoints resumePoints)
{
    private const int MaxTopTracks = 10;

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
        var tracks = PagesOfAsync(ids, FirstPage, ct);
        var albums = await catalog.AlbumsAsync(ids, ct);
        var pages = await tracks;
        return InOrder(ids, albums, album => new CatalogWire(viewer).Album(album, TracksOf(album, pages[album.Id], FirstPage, viewer)));
    }

    /// <summary>Returns a page of an album's tracks.</summary>
    public async Task<PagingObject<SimplifiedTrackObject>> AlbumTracksAsync(
        string id, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var tracks = PagesOfAsync([id], page, ct);
        var album = Found(await catalog.AlbumsAsync([id], ct), id);
        return TracksOf(album, (await tracks)[id], page, viewer);
    }

    /// <summary>Returns a page of an artist's albums that are in the given groups and available to the viewer.</summary>
    /// <param name="id">The artist's id.</param>
    /// <param name="includeGroups">Names of groups, separated by commas; null for all.</param>
    /// <param name="page">The page.</param>
    /// <param name="viewer">The viewer.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<PagingObject<SimplifiedAlbumObject>> ArtistAlbumsAsync(
        string id, string? includeGroups, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var groups = Groups(includeGroups);
        var discography = catalog.AlbumsOfAsync(id, groups, viewer.Market, page.Offset, page.Limit, ct);
        Found(await catalog.ArtistsAsync([id], ct), id);
        var releases = await discography;
        var albums = await catalog.AlbumsAsync([.. releases.Items.Select(release => release.AlbumId)], ct);
        var wire = new CatalogWire(viewer);
        var path = $"/v1/artists/{id}/albums";
        if (includeGroups is not null) path += $"?include_groups={string.Join(',', groups.Select(AlbumGroups.WireName))}";
        var items = releases.Items
            .Where(release => albums.ContainsKey(release.AlbumId))
            .Select(release => wire.Album(albums[release.AlbumId]) with { AlbumGroup = AlbumGroups.WireName(release.Group) });
        return wire.Page<SimplifiedAlbumObject>(WithMarket(path, viewer), [.. items], page, releases.Total);
    }

    /// <summary>Returns the ten most popular tracks of an artist that are available in the viewer's market.</summary>
    public async Task<IReadOnlyList<TrackObject>> TopTracksAsync(string id, Viewer viewer, CancellationToken ct)
    {
        var ranked = catalog.TopTracksAsync(id, viewer.Market, MaxTopTracks, ct);
        Found(await catalog.ArtistsAsync([id], ct), id);
        return await WithAlbumsAsync(await ranked, viewer, ct);
    }

    /// <summary>Returns tracks, in the order of the ids.</summary>
    public async Task<IReadOnlyList<TrackObject?>> TracksAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var tracks = await PlayablesAsync(ids, EntityType.Track, ct);
        var albums = await catalog.AlbumsAsync(Parents(tracks.Values), ct);
        var wire = new CatalogWire(viewer);
        return InOrder(ids, tracks, track => wire.Track(track, albums.GetValueOrDefault(track.ParentId)));
    }

    /// <summary>
    /// Returns the first tracks of a list that the viewer may play, in the order of the ids. Reads a part of the list at a time, of which
    /// the first one usually suffices.
    /// </summary>
    /// <param name="ids">The ids.</param>
    /// <param name="count">The maximum number of tracks, up to <see cref="CatalogReader.MaxIds"/>.</param>
    /// <param name="accepts">A further condition.</param>
    /// <param name="viewer">The viewer.</param>
    /// <param name="ct">Cancels the read.</param>
    public async Task<IReadOnlyList<TrackObject>> FirstPlayableAsync(
        IReadOnlyList<string> ids, int count, Func<Playable, bool> accepts, Viewer viewer, CancellationToken ct)
    {
        var chosen = new List<Playable>();
        foreach (var part in ids.Chunk(Math.Min(CatalogReader.MaxIds, count + (count / 2) + 5)))
        {
            var tracks = await PlayablesAsync(part, EntityType.Track, ct);
            chosen.AddRange(part.Select(tracks.GetValueOrDefault).OfType<Playable>().Where(track =>
                !(track.Explicit && viewer.ExplicitFilter) && viewer.Restricts(track.Rights, track.Explicit) == Restriction.None
                && accepts(track)).Take(count - chosen.Count));
            if (chosen.Count == count) break;
        }

        return await WithAlbumsAsync(chosen, viewer, ct);
    }

    /// <summary>Returns up to <see cref="CatalogReader.MaxIds"/> tracks that have been read, with their albums.</summary>
    public async Task<IReadOnlyList<TrackObject>> WithAlbumsAsync(IReadOnlyList<Playable> tracks, Viewer viewer, CancellationToken ct)
    {
        var albums = await catalog.AlbumsAsync(Parents(tracks), ct);
        var wire = new CatalogWire(viewer);
        return [.. tracks.Select(track => wire.Track(track, albums.GetValueOrDefault(track.ParentId)))];
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
        var (show, episodes) = await EpisodesOfAsync(id, FirstPage, viewer, ct);
        return new ShowObject(new CatalogWire(viewer).Show(show), episodes);
    }

    /// <summary>Returns a page of a show's episodes, the latest first.</summary>
    public async Task<PagingObject<SimplifiedEpisodeObject>> ShowEpisodesAsync(
        string id, PageRequest page, Viewer viewer, CancellationToken ct) =>
        (await EpisodesOfAsync(id, page, viewer, ct)).Episodes;

    /// <summary>Returns episodes, in the order of the ids.</summary>
    public async Task<IReadOnlyList<EpisodeObject?>> EpisodesAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var reading = resumePoints.ReadAsync(ids, viewer, ct);
        var episodes = await PlayablesAsync(ids, EntityType.Episode, ct);
        var shows = await catalog.ShowsAsync(Parents(episodes.Values), ct);
        var points = await reading;
        var wire = new CatalogWire(viewer);
        return InOrder(ids, WithParents(shows, episodes), episode =>
        {
            var show = shows[episode.ParentId];
            return new EpisodeObject(wire.Episode(episode, show, points.Of(episode.Id)), wire.Show(show));
        });
    }

    /// <summary>Returns audiobooks with the first page of their chapters, in the order of the ids.</summary>
    public async Task<IReadOnlyList<AudiobookObject?>> AudiobooksAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var (chapters, reading) = (PagesOfAsync(ids, FirstPage, ct), resumePoints.ReadPagesAsync(ids, FirstPage, viewer, ct));
        var books = await catalog.AudiobooksAsync(ids, ct);
        var (pages, points) = (await chapters, await reading);
        return InOrder(ids, books, book => new AudiobookObject(
            new CatalogWire(viewer).Audiobook(book), ChaptersOf(book, pages[book.Id], points, FirstPage, viewer)));
    }

    /// <summary>Returns a page of an audiobook's chapters.</summary>
    public async Task<PagingObject<SimplifiedChapterObject>> AudiobookChaptersAsync(
        string id, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var (chapters, reading) = (PagesOfAsync([id], page, ct), resumePoints.ReadPagesAsync([id], page, viewer, ct));
        var book = Found(await catalog.AudiobooksAsync([id], ct), id);
        return ChaptersOf(book, (await chapters)[id], await reading, page, viewer);
    }

    /// <summary>Returns chapters, in the order of the ids.</summary>
    public async Task<IReadOnlyList<ChapterObject?>> ChaptersAsync(IReadOnlyList<string> ids, Viewer viewer, CancellationToken ct)
    {
        var reading = resumePoints.ReadAsync(ids, viewer, ct);
        var chapters = await PlayablesAsync(ids, EntityType.Chapter, ct);
        var books = await catalog.AudiobooksAsync(Parents(chapters.Values), ct);
        var points = await reading;
        var wire = new CatalogWire(viewer);
        return InOrder(ids, WithParents(books, chapters), chapter =>
        {
            var book = books[chapter.ParentId];
            return new ChapterObject(wire.Chapter(chapter, book, points.Of(chapter.Id)), wire.Audiobook(book));
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

    private Task<ILookup<string, Playable>> PagesOfAsync(IReadOnlyList<string> parentIds, PageRequest page, CancellationToken ct) =>
        catalog.PlayablesOfAsync([.. parentIds.Distinct(StringComparer.Ordinal)], page.Offset, page.Limit, ct);

    private static PagingObject<SimplifiedTrackObject> TracksOf(
        Album album, IEnumerable<Playable> tracks, PageRequest page, Viewer viewer)
    {
        var wire = new CatalogWire(viewer);
        var path = WithMarket($"/v1/albums/{album.Id}/tracks", viewer);
        return wire.Page<SimplifiedTrackObject>(path, [.. tracks.Select(wire.Track)], page, album.TotalTracks);
    }

    private async Task<(Show Show, PagingObject<SimplifiedEpisodeObject> Episodes)> EpisodesOfAsync(
        string id, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var episodes = catalog.LatestOfAsync(id, page.Offset, page.Limit, ct);
        var reading = resumePoints.ReadLatestAsync(id, page, viewer, ct);
        var show = Found(await catalog.ShowsAsync([id], ct), id);
        var wire = new CatalogWire(viewer);
        var path = WithMarket($"/v1/shows/{id}/episodes", viewer);
        var (latest, points) = (await episodes, await reading);
        var items = latest.Select(episode => wire.Episode(episode, show, points.Of(episode.Id)));
        return (show, wire.Page<SimplifiedEpisodeObject>(path, [.. items], page, show.TotalEpisodes));
    }

    private static PagingObject<SimplifiedChapterObject> ChaptersOf(
        Audiobook book, IEnumerable<Playable> chapters, ResumePointsOfViewer points, PageRequest page, Viewer viewer)
    {
        var wire = new CatalogWire(viewer);
        var path = WithMarket($"/v1/audiobooks/{book.Id}/chapters", viewer);
        var items = chapters.Select(chapter => wire.Chapter(chapter, book, points.Of(chapter.Id)));
        return wire.Page<SimplifiedChapterObject>(path, [.. items], page, book.TotalChapters);
    }

    private static IReadOnlyList<AlbumGroup> Groups(string? includeGroups)
    {
        if (string.IsNullOrEmpty(includeGroups)) return AlbumGroups.All;
        var groups = new List<AlbumGroup>();
        foreach (var name in includeGroups.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!AlbumGroups.TryParse(name, out var group))
            {
                var known = string.Join(", ", AlbumGroups.All.Select(AlbumGroups.WireName));
                throw ApiException.BadRequest($"Invalid include_groups: {name} is not one of {known}");
            }

            if (!groups.Contains(group)) groups.Add(group);
        }

        return groups;
    }

    private static string WithMarket(string path, Viewer viewer) =>
        viewer.MarketGiven ? $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}market={viewer.Market}" : path;

    // Episodes and chapters are shown with their show or audiobook, so they are left out if it no longer exists.
    private static Dictionary<string, Playable> WithParents<T>(Dictionary<string, T> parents, Dictionary<string, Playable> playables) =>
        playables.Where(entry => parents.ContainsKey(entry.Value.ParentId)).ToDictionary(StringComparer.Ordinal);

    private static List<string> Parents(IEnumerable<Playable> playables) =>
        [.. playables.Select(playable => playable.ParentId).Distinct(StringComparer.Ordinal)];

    private static T Found<T>(Dictionary<string, T> entities, string id) where T : class =>
        entities.GetValueOrDefault(id) ?? throw ApiException.NotFound();

    private static IReadOnlyList<TWire?> InOrder<T, TWire>(IReadOnlyList<string> ids, Dictionary<string, T> found, Func<T, TWire?> show)
        where T : class
        where TWire : class =>
        [.. ids.Select(id => found.TryGetValue(id, out var entity) ? show(entity) : null)];
}
