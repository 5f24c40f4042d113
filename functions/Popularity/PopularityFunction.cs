using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.Popularity;

/// <summary>The function <c>popularity</c>.</summary>
public static class PopularityFunction
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/popularity";

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("popularity", Caller.Scheduler)
    {
        AddServices = services => services.AddPopularity(),
        MapRoutes = routes => routes.MapScheduled(
            Path, "Update the popularity of tracks, albums and artists",
            async (PopularityUpdater updater, CancellationToken ct) => new JsonObject { ["changed"] = await updater.UpdateAsync(ct) }),
        Uses = new Resources { Database = Access.Write, Warehouse = Access.Read },
        // After the daily aggregates.
        Schedules = [new Schedule("popularity", Path, "0 5 * * *")],
        Timeout = TimeSpan.FromMinutes(30),
    };

    /// <summary>Registers the services, with options bound from <c>Popularity</c>. Requires the warehouse and the database.</summary>
    public static IServiceCollection AddPopularity(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IValidateOptions<PopularityOptions>, PopularityOptionsValidator>();
        services.AddOptions<PopularityOptions>().BindConfiguration("Popularity").ValidateOnStart();
        services.TryAddSingleton<PlayCounts>();
        services.TryAddSingleton<PopularityUpdater>();
        return services;
    }
}
