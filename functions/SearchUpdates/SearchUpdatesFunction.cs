using Spotify.Web.Functions;

namespace Spotify.Functions.SearchUpdates;

/// <summary>The function <c>search-updates</c>.</summary>
public static class SearchUpdatesFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("search-updates", Caller.Scheduler)
    {
        AddServices = services => services.AddSearchUpdates(),
        MapRoutes = routes => routes.MapSearchUpdates(),
        Uses = new Resources { Database = Access.Write },
        Schedules = [new Schedule("search-updates", SearchUpdatesEndpoints.Path, "* * * * *")],
        Timeout = TimeSpan.FromMinutes(1),
    };
}
