using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Web.Tasks;

namespace Spotify.Functions.Popularity;

/// <summary>Updates the popularity of tracks, albums and artists. Called by the scheduler.</summary>
public static class PopularityEndpoints
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/popularity";

    /// <summary>
    /// Registers the services, with options bound from <c>Popularity</c>. The host registers the warehouse and the database.
    /// </summary>
    public static IServiceCollection AddPopularity(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IValidateOptions<PopularityOptions>, PopularityOptionsValidator>();
        services.AddOptions<PopularityOptions>().BindConfiguration("Popularity").ValidateOnStart();
        services.TryAddSingleton<PlayCounts>();
        services.TryAddSingleton<PopularityUpdater>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapPopularity(this IEndpointRouteBuilder routes)
    {
        routes.MapScheduled(
                Path,
                PopularityJson.Default.PopularityObject,
                async (PopularityUpdater updater, CancellationToken ct) => new PopularityObject(await updater.UpdateAsync(ct)))
            .WithName("popularity").WithSummary("Update the popularity of tracks, albums and artists");
        return routes;
    }
}

/// <summary>The result of a call.</summary>
/// <param name="Changed">The number of entities whose popularity has changed.</param>
internal sealed record PopularityObject(int Changed);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PopularityObject))]
internal sealed partial class PopularityJson : JsonSerializerContext;
