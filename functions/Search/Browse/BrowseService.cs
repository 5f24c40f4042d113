using Microsoft.Extensions.Options;
using Spotify.Catalog;
using Spotify.Functions.Playlists;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Search.Browse;

/// <summary>The browse pages: categories, editorial playlists, and what is new or popular in the viewer's market.</summary>
internal sealed class BrowseService(
    BrowseLists lists, EditorialPlaylists editorial, CatalogService catalog, CatalogReader reader, IOptions<BrowseOptions> options)
{
    /// <summary>Returns a page of the categories.</summary>
    public CategoryList Categories(string? locale, PageRequest page, Viewer viewer)
    {
        var all = options.Value.AllCategories();
        return new CategoryList(new CatalogWire(viewer).Page<CategoryObject>(
            "/v1/browse/categories" + (locale is null ? "" : $"?locale={Uri.EscapeDataString(locale)}"),
            [.. PageOf(all, page).Select(category => Show(category, locale, viewer))], page, all.Count));
    }

    /// <summary>Returns a category.</summary>
    /// <exception cref="ApiException">404: there is no such category.</exception>
    public CategoryObject Category(string id, string? locale, Viewer viewer) => Show(Found(id), locale, viewer);

    /// <summary>Returns a page of the playlists of a category, the latest first.</summary>
    /// <exception cref="ApiException">404: there is no such category.</exception>
    public Task<PlaylistPage> PlaylistsOfAsync(string id, PageRequest page, Viewer viewer, CancellationToken ct) =>
        PlaylistsAsync(Found(id).Name, id, $"/v1/browse/categories/{id}/playlists", page, viewer, ct);

    /// <summary>Returns a page of the featured playlists, the latest first.</summary>
    public Task<PlaylistPage> FeaturedAsync(PageRequest page, Viewer viewer, CancellationToken ct) => PlaylistsAsync(
        options.Value.FeaturedMessage, EditorialPlaylists.Featured, "/v1/browse/featured-playlists", page, viewer, ct);

    /// <summary>Returns a page of the albums that were released last.</summary>
    public async Task<AlbumPage> NewReleasesAsync(PageRequest page, Viewer viewer, CancellationToken ct) =>
        await AlbumsAsync(await lists.NewReleasesAsync(viewer.Market, ct), "/v1/browse/new-releases", page, viewer, ct);

    /// <summary>Returns a page of the albums that were added to the catalog last.</summary>
    public async Task<AlbumPage> RecentlyAddedAsync(PageRequest page, Viewer viewer, CancellationToken ct) =>
        await AlbumsAsync(await lists.RecentlyAddedAsync(viewer.Market, ct), "/v1/browse/recently-added", page, viewer, ct);

    /// <summary>Returns a page of the most popular tracks.</summary>
    public async Task<TrackPage> PopularTracksAsync(PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var ids = await lists.PopularTracksAsync(viewer.Market, ct);
        var tracks = await catalog.TracksAsync(PageOf(ids, page), viewer, ct);
        return new TrackPage(Page("/v1/browse/popular-tracks", tracks, page, ids.Count, viewer));
    }

    /// <summary>Returns a page of the most popular artists.</summary>
    public async Task<ArtistPage> PopularArtistsAsync(PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var ids = await lists.PopularArtistsAsync(viewer.Market, ct);
        var artists = await catalog.ArtistsAsync(PageOf(ids, page), viewer, ct);
        return new ArtistPage(Page("/v1/browse/popular-artists", artists, page, ids.Count, viewer));
    }

    /// <summary>Returns the genres.</summary>
    public async Task<GenreList> GenresAsync(CancellationToken ct) => new(await lists.GenresAsync(ct));

    private async Task<AlbumPage> AlbumsAsync(
        IReadOnlyList<string> all, string path, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var ids = PageOf(all, page);
        var (albums, wire) = (await reader.AlbumsAsync(ids, ct), new CatalogWire(viewer));
        return new AlbumPage(Page(
            path, [.. ids.Select(id => albums.TryGetValue(id, out var album) ? wire.Album(album) : null)], page, all.Count, viewer));
    }

    private async Task<PlaylistPage> PlaylistsAsync(
        string message, string hashtag, string path, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var (all, wire) = (await editorial.WithAsync(hashtag, ct), new PlaylistWire(viewer));
        return new PlaylistPage(message, Page(path, [.. PageOf(all, page).Select(wire.Simplified)], page, all.Count, viewer));
    }

    private static CategoryObject Show(BrowseCategory category, string? locale, Viewer viewer) => new(
        Href: viewer.Links.Path($"/v1/browse/categories/{category.Id}"),
        Icons: category.IconUrl is { } icon ? [new ImageObject(icon, null, null)] : [],
        Id: category.Id,
        Name: category.NameIn(locale));

    private static PagingObject<T> Page<T>(string path, IReadOnlyList<T?> items, PageRequest page, int total, Viewer viewer)
        where T : class =>
        new CatalogWire(viewer).Page<T>(
            viewer.MarketGiven ? $"{path}?market={viewer.Market}" : path, [.. items.OfType<T>()], page, total);

    private static List<T> PageOf<T>(IReadOnlyList<T> all, PageRequest page) => [.. all.Skip(page.Offset).Take(page.Limit)];

    private BrowseCategory Found(string id) =>
        options.Value.AllCategories().FirstOrDefault(category => category.Id == id) ?? throw ApiException.NotFound();
}
