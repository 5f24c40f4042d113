using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.SearchDictionary;

/// <summary>Begins builds of the term dictionary of search. Called by the scheduler.</summary>
public static class SearchDictionaryEndpoints
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/search-dictionary";

    /// <summary>Registers the service.</summary>
    public static IServiceCollection AddSearchDictionary(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SearchDictionaryBuilds>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapSearchDictionary(this IEndpointRouteBuilder routes)
    {
        routes.MapScheduled<SearchDictionaryBuilds, SearchDictionaryObject>(
                Path, SearchDictionaryJson.Default.SearchDictionaryObject, RunAsync)
            .WithName("search-dictionary").WithSummary("Begin a new build of the term dictionary if it is due, and delete old builds");
        return routes;
    }

    private static async Task<SearchDictionaryObject> RunAsync(SearchDictionaryBuilds builds, CancellationToken ct)
    {
        var (build, removed) = await builds.RunAsync(ct);
        return new SearchDictionaryObject(build, removed);
    }
}

/// <summary>The result of a call.</summary>
/// <param name="Build">The build that has begun; null for none.</param>
/// <param name="Removed">The number of deleted objects.</param>
internal sealed record SearchDictionaryObject(string? Build, int Removed);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SearchDictionaryObject))]
internal sealed partial class SearchDictionaryJson : JsonSerializerContext;
