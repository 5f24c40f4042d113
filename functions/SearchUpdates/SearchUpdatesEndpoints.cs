using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.SearchUpdates;

/// <summary>Writes search documents that are out of date. Called by the scheduler.</summary>
public static class SearchUpdatesEndpoints
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/search-updates";

    /// <summary>Registers the services.</summary>
    public static IServiceCollection AddSearchUpdates(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SearchRefresh>();
        services.TryAddSingleton<SearchRebuild>();
        services.TryAddSingleton<SearchUpdater>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapSearchUpdates(this IEndpointRouteBuilder routes)
    {
        routes.MapScheduled(Path, SearchUpdatesJson.Default.SearchUpdatesObject, (SearchUpdater updater, CancellationToken ct) =>
                updater.RunAsync(ct))
            .WithName("search-updates").WithSummary("Write search documents that are out of date");
        return routes;
    }
}

/// <summary>The result of a call.</summary>
/// <param name="Refreshed">The number of documents that were written because an artist or album was renamed.</param>
/// <param name="Rebuilt">The number of documents that were written because their terms are of an older version.</param>
public sealed record SearchUpdatesObject(int Refreshed, int Rebuilt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SearchUpdatesObject))]
internal sealed partial class SearchUpdatesJson : JsonSerializerContext;
