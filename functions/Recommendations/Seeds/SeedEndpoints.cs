using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Functions.PlaylistGenerator.Surfaces;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Recommendations.Seeds;

/// <summary>The endpoints for recommendations from seeds and for related artists.</summary>
internal static class SeedEndpoints
{
    /// <summary>Registers the services. Requires <c>AddCatalog</c>, <c>AddRecommenders</c> and <c>AddPopularChoices</c>.</summary>
    public static IServiceCollection AddSeeds(this IServiceCollection services)
    {
        services.AddWireJson(SeedJson.Default);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TrackCredits>();
        services.TryAddSingleton<SeedResolver>();
        services.TryAddSingleton<ListenerWishes>();
        services.TryAddSingleton<PopularOfSeeds>();
        services.TryAddSingleton<RecommendationService>();
        services.TryAddSingleton<RelatedArtistService>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapSeeds(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/recommendations", GetRecommendations).WithTags("Tracks").RequireNoScope()
            .WithName("get-recommendations").WithSummary("Get Recommendations");
        routes.MapGet("/v1/artists/{id}/related-artists", GetRelatedArtists).WithTags("Artists").RequireNoScope()
            .WithName("get-an-artists-related-artists").WithSummary("Get Artist's Related Artists");
        return routes;
    }

    private static async Task<Ok<RecommendationsObject>> GetRecommendations(
        RecommendationQuery query, Viewer viewer, RecommendationService service, CancellationToken ct) =>
        TypedResults.Ok(await service.RecommendAsync(query, viewer, ct));

    private static async Task<Ok<ArtistList>> GetRelatedArtists(
        string id, Viewer viewer, RelatedArtistService service, CancellationToken ct) =>
        TypedResults.Ok(new ArtistList(await service.OfAsync(RequestIds.One(id), viewer, ct)));
}

/// <summary>Recommendations, as in the Web API.</summary>
public sealed record RecommendationsObject(IReadOnlyList<RecommendationSeedObject> Seeds, IReadOnlyList<TrackObject> Tracks);

/// <summary>A seed of recommendations, as in the Web API.</summary>
/// <param name="AfterFilteringSize">The tracks that are left after the limits of attributes.</param>
/// <param name="AfterRelinkingSize">The tracks that are available in the market.</param>
/// <param name="Href">The URL of the track or artist; null for a genre.</param>
/// <param name="Id">The id or genre of the request.</param>
/// <param name="InitialPoolSize">The tracks found for the seed.</param>
/// <param name="Type"><c>artist</c>, <c>track</c> or <c>genre</c>.</param>
public sealed record RecommendationSeedObject(
    [property: JsonPropertyName("afterFilteringSize")] int AfterFilteringSize,
    [property: JsonPropertyName("afterRelinkingSize")] int AfterRelinkingSize,
    string? Href,
    string Id,
    [property: JsonPropertyName("initialPoolSize")] int InitialPoolSize,
    string Type);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RecommendationsObject))]
internal sealed partial class SeedJson : JsonSerializerContext;
