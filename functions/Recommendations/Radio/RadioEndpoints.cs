using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Recommendations.Radio;

/// <summary>The endpoint for radios.</summary>
internal static class RadioEndpoints
{
    /// <summary>
    /// Registers the services. Requires <c>AddCatalog</c>, <c>AddPlaylistReading</c>, <c>AddListenerHistories</c>,
    /// <c>AddGeneratedPlaylists</c> and <c>AddSeeds</c>.
    /// </summary>
    public static IServiceCollection AddRadio(this IServiceCollection services)
    {
        services.AddWireJson(RadioJson.Default);
        services.TryAddSingleton<RadioSeedReader>();
        services.TryAddSingleton<RadioService>();
        services.TryAddSingleton<RadioPlaylists>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapRadio(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/me/radio", Open).WithTags("Playlists")
            .WithName("open-radio").WithSummary("Get or Create the Playlist of a Radio")
            .WithRateLimit(RateLimitCategory.PlaylistChanges)
            .RequireScopes(Scopes.PlaylistModifyPrivate, Scopes.PlaylistReadPrivate)
            .WithBody<RadioRequest>();
        return routes;
    }

    private static async Task<Results<Ok<PlaylistObject>, Created<PlaylistObject>>> Open(
        CurrentUser user, RequestBody body, Viewer viewer, RadioPlaylists radios, CancellationToken ct)
    {
        var uri = body.Json(RadioJson.Default.RadioRequest)?.Seed ?? throw ApiException.BadRequest("Missing required parameter seed");
        if (!RadioSeed.TryParse(uri, user.Id, out var seed))
        {
            throw ApiException.BadRequest(
                "Invalid seed: the URI of a track, artist, album or playlist, spotify:genre:… or spotify:user:me is wanted, not "
                + RequestList.Shown(uri));
        }

        var (playlist, isNew) = await radios.OpenAsync(seed, user, viewer, ct);
        return isNew ? TypedResults.Created(playlist.Href, playlist) : TypedResults.Ok(playlist);
    }
}

/// <summary>A request for a radio.</summary>
/// <param name="Seed">
/// The URI of a track, artist, album or playlist, <c>spotify:genre:</c> with the name of a genre, or <c>spotify:user:me</c> for the
/// listener's own taste.
/// </param>
public sealed record RadioRequest(string? Seed = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RadioRequest))]
internal sealed partial class RadioJson : JsonSerializerContext;
