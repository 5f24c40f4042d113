using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Functions.TasteUpdater;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Listening.Taste;

/// <summary>The favorite artists and tracks of listeners. Those that the catalog no longer has are left out of their page.</summary>
internal sealed class TopItems(TasteStore tastes, CatalogService catalog)
{
    /// <summary>Returns a page of the top artists.</summary>
    public async Task<PagingObject<ArtistObject>> ArtistsAsync(string userId, TopItemsRequest request, Viewer viewer, CancellationToken ct)
    {
        var top = (await tastes.ReadAsync(userId, ct)).Artists(request.Term);
        return Page("artists", await catalog.ArtistsAsync(IdsOf(top, request), viewer, ct), request, top.Count, viewer);
    }

    /// <summary>Returns a page of the top tracks.</summary>
    public async Task<PagingObject<TrackObject>> TracksAsync(string userId, TopItemsRequest request, Viewer viewer, CancellationToken ct)
    {
        var top = (await tastes.ReadAsync(userId, ct)).Tracks(request.Term);
        return Page("tracks", await catalog.TracksAsync(IdsOf(top, request), viewer, ct), request, top.Count, viewer);
    }

    private static List<string> IdsOf(IReadOnlyList<(UInt128 Item, double Sum)> top, TopItemsRequest request) =>
        [.. top.Skip(request.Page.Offset).Take(request.Page.Limit).Select(entry => SpotifyId.Format(entry.Item))];

    private static PagingObject<T> Page<T>(string type, IReadOnlyList<T?> items, TopItemsRequest request, int total, Viewer viewer)
        where T : class =>
        new CatalogWire(viewer).Page<T>(
            $"/v1/me/top/{type}" + (request.TimeRange is { } range ? $"?time_range={range}" : ""),
            [.. items.OfType<T>()], request.Page, total);
}
