using Microsoft.Extensions.DependencyInjection.Extensions;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Search;

/// <summary>The search endpoints.</summary>
public static class SearchEndpoints
{
    /// <summary>Registers the search services. Requires <c>AddCatalog</c> and <c>AddPlaylistReading</c>.</summary>
    public static IServiceCollection AddSearch(this IServiceCollection services)
    {
        services.AddWireJson(SearchJson.Default);
        services.AddOptions<SearchOptions>().BindConfiguration("Search").ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SearchOptions>, SearchOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<DictionaryHolder>();
        services.AddHostedService(provider => provider.GetRequiredService<DictionaryHolder>());
        services.TryAddSingleton<CurrentDictionary>(provider => () => provider.GetRequiredService<DictionaryHolder>().Current);
        services.TryAddSingleton<SearchLookups>();
        services.TryAddSingleton<ListenerLibraries>();
        services.TryAddSingleton<SearchMatches>();
        services.TryAddSingleton<SearchService>();
        services.TryAddSingleton<SuggestService>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapSearch(this IEndpointRouteBuilder routes)
    {
        var search = routes.MapGroup("/v1/search").WithTags("Search").RequireNoScope();
        search.MapGet("", Search)
            .WithName("search").WithSummary("Search for Item").WithRateLimit(RateLimitCategory.Search)
            .WithMetadata(new RequestParameter("include_external", typeof(string), "audio. Has no effect: all audio is hosted here."));
        // Counted like other requests, because every letter that is typed is one.
        search.MapGet("/suggest", Suggest)
            .WithName("suggest").WithSummary("Suggest Results While Typing")
            .WithMetadata(new RequestParameter(
                "limit", typeof(int),
                $"The maximum number of results besides the top hit: 1 to {SuggestService.MaxLimit}. "
                + $"The default is {SuggestService.DefaultLimit}."));
        return routes;
    }

    private static async Task<Ok<SearchResults>> Search(
        string? q, string? type, PageRequest page, Viewer viewer, SearchService search, CancellationToken ct) =>
        TypedResults.Ok(await search.SearchAsync(q, type, page, viewer, ct));

    private static async Task<Ok<Suggestions>> Suggest(
        string? q, HttpContext context, Viewer viewer, SuggestService suggest, CancellationToken ct)
    {
        var limit = PageRequest.LimitOf(context, SuggestService.MaxLimit, SuggestService.DefaultLimit);
        return TypedResults.Ok(await suggest.SuggestAsync(q, limit, viewer, ct));
    }
}

/// <summary>The results of a query that is still being typed.</summary>
/// <param name="TopHit">The best result; null if there is none.</param>
/// <param name="Items">The next best results, of all types.</param>
public sealed record Suggestions(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Suggestion? TopHit, IReadOnlyList<Suggestion> Items);

/// <summary>A result for a list that is shown while the listener types.</summary>
/// <param name="Type">The type.</param>
/// <param name="Id">The id.</param>
/// <param name="Uri">The URI.</param>
/// <param name="Href">The URL of the full object.</param>
/// <param name="Name">The name.</param>
/// <param name="Subtitle">The artists, the show, the publisher, the authors or the owner; empty for an artist.</param>
/// <param name="Images">The images in all sizes; may be empty.</param>
public sealed record Suggestion(
    string Type, string Id, string Uri, string Href, string Name, string Subtitle, IReadOnlyList<ImageObject> Images);

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
[JsonSerializable(typeof(Suggestions))]
internal sealed partial class SearchJson : JsonSerializerContext;
