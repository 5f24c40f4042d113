using Microsoft.Extensions.DependencyInjection.Extensions;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Search;

/// <summary>The search endpoint.</summary>
public static class SearchEndpoints
{
    /// <summary>Registers the search services. Requires <c>AddCatalog</c> and <c>AddPlaylists</c>.</summary>
    public static IServiceCollection AddSearch(this IServiceCollection services)
    {
        services.AddWireJson(SearchJson.Default);
        services.TryAddSingleton<SearchService>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapSearch(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/search", Search)
            .WithTags("Search").WithName("search").WithSummary("Search for Item").WithRateLimit(RateLimitCategory.Search)
            .RequireNoScope();
        return routes;
    }

    private static async Task<Ok<SearchResults>> Search(
        string? q, string? type, PageRequest page, Viewer viewer, SearchService search, CancellationToken ct) =>
        TypedResults.Ok(await search.SearchAsync(q, type, page, viewer, ct));
}

/// <summary>A page of matches for each requested type; null for the other types.</summary>
public sealed record SearchResults
{
    public PagingObject<TrackObject>? Tracks { get; init; }

    public PagingObject<ArtistObject>? Artists { get; init; }

    public PagingObject<SimplifiedAlbumObject>? Albums { get; init; }

    public PagingObject<SimplifiedPlaylistObject>? Playlists { get; init; }

    public PagingObject<SimplifiedShowObject>? Shows { get; init; }

    public PagingObject<SimplifiedEpisodeObject>? Episodes { get; init; }

    public PagingObject<SimplifiedAudiobookObject>? Audiobooks { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SearchResults))]
internal sealed partial class SearchJson : JsonSerializerContext;
