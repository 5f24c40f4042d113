using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Functions.Player.Devices;
using Spotify.Web.Identity;
using Spotify.Web.Wire;

namespace Spotify.Functions.Player.Live;

/// <summary>The endpoints by which clients learn of changes without asking: events on one machine, live tokens in the
/// cloud, for the operator's apps.</summary>
internal static class LiveEndpoints
{
    /// <summary>Registers the services of the endpoints.</summary>
    public static IServiceCollection AddPlayerLive(this IServiceCollection services)
    {
        services.AddWireJson(LiveJson.Default);
        services.TryAddSingleton<PlayerStreams>();
        services.TryAddSingleton<LiveTokenService>();
        return services;
    }

    /// <summary>Maps the endpoints in the group <c>/v1/me/player</c>.</summary>
    public static void MapPlayerLive(this IEndpointRouteBuilder player)
    {
        player.MapGet("/events", SendEventsAsync).WithName("get-player-events").WithSummary("Get Player Events")
            .Produces<string>(StatusCodes.Status200OK, ServerSentEvent.ContentType)
            .RequireScopes(Scopes.UserReadPlaybackState);
        player.MapPost("/live-token", IssueAsync).WithName("create-live-token").WithSummary("Create a Live Token")
            .RequireScopes(Scopes.UserReadPlaybackState);
    }

    private static Task SendEventsAsync(
        CurrentUser user, HttpContext context, [FromQuery(Name = "device_id")] string? deviceId, PlayerStreams streams) =>
        streams.SendAsync(context, user, deviceId is null ? null : DeviceIds.Require(deviceId));

    private static async Task<Ok<LiveTokenObject>> IssueAsync(
        CurrentUser user, HttpContext context, LiveTokenService tokens, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await tokens.IssueAsync(user, ct));
    }
}
