using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Functions.DailyAggregates.Surfaces;
using Spotify.Functions.PlayMarks;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.DailyAggregates;

/// <summary>The function <c>daily-aggregates</c>.</summary>
public static class DailyAggregatesFunction
{
    /// <summary>The path of the endpoint for the sums of plays.</summary>
    public const string Path = "/tasks/daily-aggregates";

    /// <summary>The path of the endpoint for the feedback on generated playlists.</summary>
    public const string SurfacesPath = "/tasks/daily-surfaces";

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("daily-aggregates", Caller.Scheduler)
    {
        AddServices = services => services.AddDailyAggregates(),
        MapRoutes = routes =>
        {
            routes.MapScheduled(
                Path, "Calculate the daily aggregates of new days and of days with late events",
                async (DailyAggregator aggregator, CancellationToken ct) => new JsonObject
                {
                    ["days"] = Dates(await aggregator.CalculateAsync(ct)),
                    ["deleted"] = await aggregator.DeleteOldAsync(ct),
                });
            routes.MapScheduled(
                SurfacesPath, "Calculate the feedback on generated playlists",
                async (SurfaceAggregator surfaces, CancellationToken ct) => new JsonObject
                {
                    ["days"] = Dates(await surfaces.CalculateAsync(now: false, ct)),
                    ["surfaces"] = SurfaceReport.Json(await surfaces.ReportAsync(SurfaceReport.Days, byModel: false, ct)),
                });
        },
        Uses = new Resources { Warehouse = Access.Write },
        Schedules = [new Schedule("daily-aggregates", Path, "30 3 * * *"), new Schedule("daily-surfaces", SurfacesPath, "15 4 * * *")],
        Timeout = TimeSpan.FromMinutes(30),
    };

    /// <summary>
    /// Registers the service, with options bound from <c>DailyAggregates</c> and <c>PlayMarks</c>. Requires the warehouse.
    /// </summary>
    public static IServiceCollection AddDailyAggregates(this IServiceCollection services)
    {
        services.AddPlayMarker();
        services.TryAddSingleton<IValidateOptions<DailyAggregatesOptions>, DailyAggregatesOptionsValidator>();
        services.AddOptions<DailyAggregatesOptions>().BindConfiguration("DailyAggregates").ValidateOnStart();
        services.TryAddSingleton<DailyAggregator>();
        services.TryAddSingleton<SurfaceAggregator>();
        return services;
    }

    private static JsonArray Dates(IEnumerable<DateOnly> days) =>
        [.. days.Select(day => (JsonNode)day.ToString("O", CultureInfo.InvariantCulture))];
}
