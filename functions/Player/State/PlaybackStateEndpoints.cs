using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Functions.Player.Devices;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Player.State;

/// <summary>The endpoints that show what is played.</summary>
internal static class PlaybackStateEndpoints
{
    /// <summary>Registers the services of the endpoints. Requires <c>AddCatalog</c>.</summary>
    public static IServiceCollection AddPlaybackState(this IServiceCollection services)
    {
        services.AddWireJson(PlaybackStateJson.Default);
        services.TryAddSingleton<PlayedItems>();
        services.TryAddSingleton<PlaybackStates>();
        return services;
    }

    /// <summary>Maps the endpoints in the group <c>/v1/me/player</c>.</summary>
    public static void MapPlaybackState(this IEndpointRouteBuilder player)
    {
        player.MapGet("/", GetState).WithName("get-information-about-the-users-current-playback").WithSummary("Get Playback State")
            .WithMetadata(Viewer.MarketParameter, PlayedTypes.Parameter, DeviceIds.HeaderParameter)
            .RequireScopes(Scopes.UserReadPlaybackState);
        player.MapGet("/currently-playing", GetPlaying).WithName("get-the-users-currently-playing-track")
            .WithSummary("Get Currently Playing Track")
            .WithMetadata(Viewer.MarketParameter, PlayedTypes.Parameter, DeviceIds.HeaderParameter)
            .RequireScopes(Scopes.UserReadCurrentlyPlaying);
        player.MapGet("/queue", GetQueue).WithName("get-queue").WithSummary("Get the User's Queue")
            .RequireScopes(Scopes.UserReadCurrentlyPlaying | Scopes.UserReadPlaybackState);
    }

    private static async Task<Results<Ok<PlaybackStateObject>, NoContent>> GetState(
        CurrentUser user, HttpContext context, PlaybackStates states, CancellationToken ct) =>
        await states.StateAsync(user, context, ct) is { } state ? TypedResults.Ok(state) : TypedResults.NoContent();

    private static async Task<Results<Ok<CurrentlyPlayingObject>, NoContent>> GetPlaying(
        CurrentUser user, HttpContext context, PlaybackStates states, CancellationToken ct) =>
        await states.PlayingAsync(user, context, ct) is { } playing ? TypedResults.Ok(playing) : TypedResults.NoContent();

    private static async Task<Ok<QueueObject>> GetQueue(
        CurrentUser user, HttpContext context, PlaybackStates states, CancellationToken ct) =>
        TypedResults.Ok(await states.QueueAsync(user, context, ct));
}
