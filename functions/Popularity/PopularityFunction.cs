using Spotify.Web.Functions;

namespace Spotify.Functions.Popularity;

/// <summary>The function <c>popularity</c>.</summary>
public static class PopularityFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("popularity", Caller.Scheduler)
    {
        AddServices = services => services.AddPopularity(),
        MapRoutes = routes => routes.MapPopularity(),
        Uses = new Resources { Database = Access.Write, Warehouse = Access.Read },
        // After the daily aggregates.
        Schedules = [new Schedule("popularity", PopularityEndpoints.Path, "0 5 * * *")],
        Timeout = TimeSpan.FromMinutes(30),
    };
}
