using Spotify.Web.Functions;

namespace Spotify.Functions.DailyAggregates;

/// <summary>The function <c>daily-aggregates</c>.</summary>
public static class DailyAggregatesFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("daily-aggregates", Caller.Scheduler)
    {
        AddServices = services => services.AddDailyAggregates(),
        MapRoutes = routes => routes.MapDailyAggregates(),
        Uses = new Resources { Warehouse = Access.Write },
        Schedules = [new Schedule("daily-aggregates", DailyAggregatesEndpoints.Path, "30 3 * * *")],
        Timeout = TimeSpan.FromMinutes(30),
    };
}
