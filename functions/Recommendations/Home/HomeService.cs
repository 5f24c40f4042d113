using System.Globalization;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Web;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Recommendations.Home;

/// <summary>The home page: shelves of playlists, albums, artists and tracks for a listener.</summary>
internal sealed class HomeService(HomePlanner planner, ShelfContent content)
{
    /// <summary>The largest number of items of each shelf on the page, so that one call per type reads those of all shelves.</summary>
    public const int MaxContentLimit = 20;

    /// <summary>The default number of items of each shelf on the page.</summary>
    public const int DefaultContentLimit = 10;

    private const string Path = "/v1/views/home";

    /// <summary>Returns a page of the shelves, each with the first items. Shelves without content are left out.</summary>
    public async Task<PagingObject<ShelfObject>> PageAsync(PageRequest page, int contentLimit, Viewer viewer, CancellationToken ct)
    {
        var plan = await planner.PlanAsync(viewer, ct);
        var shelves = plan.Shelves.Skip(page.Offset).Take(page.Limit).ToList();
        var first = new PageRequest(contentLimit, 0);
        var objects = await content.ReadAsync(shelves.SelectMany(shelf => shelf.Items.Take(contentLimit)), viewer, ct);
        var shown = shelves.Select(shelf => Show(shelf, plan, first, objects, viewer))
            .Where(shelf => shelf.Content.Items.Count > 0).ToList();
        var path = Query(string.Create(CultureInfo.InvariantCulture, $"{Path}?content_limit={contentLimit}"), viewer);
        return new CatalogWire(viewer).Page(path, shown, page, plan.Shelves.Count - (shelves.Count - shown.Count));
    }

    /// <summary>Returns a shelf with a page of its content.</summary>
    /// <exception cref="ApiException">404: the listener's home page has no such shelf at the moment.</exception>
    public async Task<ShelfObject> ShelfAsync(string id, PageRequest page, Viewer viewer, CancellationToken ct)
    {
        var plan = await planner.PlanAsync(viewer, ct);
        var shelf = plan.Shelves.FirstOrDefault(shelf => shelf.Id == id) ?? throw ApiException.NotFound();
        var objects = await content.ReadAsync(shelf.Items.Skip(page.Offset).Take(page.Limit), viewer, ct);
        return Show(shelf, plan, page, objects, viewer);
    }

    private static ShelfObject Show(
        PlannedShelf shelf, HomePlan plan, PageRequest page, IReadOnlyDictionary<SpotifyUri, object> objects, Viewer viewer)
    {
        var path = $"{Path}/{shelf.Id}";
        var items = shelf.Items.Skip(page.Offset).Take(page.Limit).Select(uri => objects.GetValueOrDefault(uri)).OfType<object>()
            .Where(item => !shelf.IsRecommended || !IsExcluded(item, plan.Excluded));
        return new ShelfObject(
            new CatalogWire(viewer).Page<object>(Query(path, viewer), [.. items], page, shelf.Items.Count),
            viewer.Links.Path(path), shelf.Id, shelf.Name, "view");
    }

    private static bool IsExcluded(object item, IReadOnlySet<string> excluded) => excluded.Count > 0 && item switch
    {
        TrackObject track => excluded.Contains(track.Uri) || track.Artists.Any(artist => excluded.Contains(artist.Uri))
            || (track.Album is { } album && excluded.Contains(album.Uri)),
        SimplifiedAlbumObject album => excluded.Contains(album.Uri) || album.Artists.Any(artist => excluded.Contains(artist.Uri)),
        ArtistObject artist => excluded.Contains(artist.Uri),
        _ => false,
    };

    private static string Query(string path, Viewer viewer) =>
        viewer.MarketGiven ? $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}market={viewer.Market}" : path;
}
