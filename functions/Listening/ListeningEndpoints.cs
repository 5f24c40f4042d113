using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Functions.Listening.Charts;
using Spotify.Functions.Listening.Taste;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Listening;

/// <summary>The endpoints for what listeners have played, their taste, and charts.</summary>
public static class ListeningEndpoints
{
    /// <summary>Registers the services. Requires <c>AddCatalog</c>.</summary>
    public static IServiceCollection AddListening(this IServiceCollection services)
    {
        services.AddWireJson(ListeningJson.Default);
        services.TryAddSingleton<RecentlyPlayed>();
        services.AddTaste();
        services.AddCharts();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapListening(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/me/player/recently-played", GetRecentlyPlayed).WithTags("Player")
            .WithName("get-recently-played").WithSummary("Get Recently Played Tracks").RequireScopes(Scopes.UserReadRecentlyPlayed);
        routes.MapTaste();
        routes.MapCharts();
        return routes;
    }

    private static async Task<Ok<RecentlyPlayedObject>> GetRecentlyPlayed(
        CurrentUser user, RecentlyPlayedRequest page, Viewer viewer, RecentlyPlayed history, CancellationToken ct) =>
        TypedResults.Ok(await history.PageAsync(user.Id, page, viewer, ct));
}
