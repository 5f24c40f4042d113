using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Functions.PlayMarks;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.DailyAggregates;

/// <summary>The function <c>daily-aggregates</c>.</summary>
public static class DailyAggregatesFunction
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/daily-aggregates";

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("daily-aggregates", Caller.Scheduler)
    {
        AddServices = services => services.AddDailyAggregates(),
        MapRoutes = routes => routes.MapScheduled(
            Path, "Calculate the daily aggregates of new days and of days with late events",
            async (DailyAggregator aggregator, CancellationToken ct) =>
            {
                var days = await aggregator.CalculateAsync(ct);
                return new JsonObject
                {
                    ["days"] = new JsonArray([.. days.Select(day => (JsonNode)day.ToString("O", CultureInfo.InvariantCulture))]),
                    ["deleted"] = await aggregator.DeleteOldAsync(ct),
                };
            }),
        Uses = new Resources { Warehouse = Access.Write },
        Schedules = [new Schedule("daily-aggregates", Path, "30 3 * * *")],
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
        return services;
    }
}
