using Microsoft.AspNetCore.Http.HttpResults;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Playlists;

/// <summary>Reading playlists.</summary>
public static class PlaylistsEndpoints
{
    /// <summary>Adds what the endpoints need, but for the services of Catalog.</summary>
    public static IServiceCollection AddPlaylists(this IServiceCollection services) => services.AddSingleton<PlaylistReader>();

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapPlaylists(this IEndpointRouteBuilder routes)
    {
        var playlists = routes.MapGroup("/v1/playlists/{id}").WithTags("Playlists");
        playlists.MapGet("/", GetPlaylist).WithName("get-playlist").WithSummary("Get Playlist");
        playlists.MapGet("/items", GetItems).WithName("get-playlists-items").WithSummary("Get Playlist Items");
        playlists.MapGet("/tracks", GetItems).WithName("get-playlists-tracks").WithSummary("Get Playlist Tracks");
        return routes;
    }

    private static async Task<Ok<PlaylistObject>> GetPlaylist(string id, Viewer viewer, PlaylistReader playlists, CancellationToken ct) =>
        TypedResults.Ok(await playlists.PlaylistAsync(RequestIds.One(id), viewer, ct));

    private static async Task<Ok<PagingObject<PlaylistTrackObject>>> GetItems(string id, PageRequest page, Viewer viewer, PlaylistReader playlists, CancellationToken ct) =>
        TypedResults.Ok(await playlists.ItemsAsync(RequestIds.One(id), page, viewer, ct));
}
