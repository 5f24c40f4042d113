using Spotify.Web.Functions;

namespace Spotify.Functions.RoyaltyReports;

/// <summary>The function <c>royalty-reports</c>.</summary>
public static class RoyaltyReportsFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("royalty-reports", Caller.Scheduler)
    {
        AddServices = services => services.AddRoyaltyReports(),
        MapRoutes = routes => routes.MapRoyaltyReports(),
        Uses = new Resources { Warehouse = Access.Read, Objects = { [RoyaltyReport.Segment] = Access.Write } },
        // After the daily aggregates. On the 18th, the last late plays of the month before last have arrived.
        Schedules = [new Schedule("royalty-reports", RoyaltyReportsEndpoints.Path, "0 6 3,18 * *")],
        Timeout = TimeSpan.FromMinutes(30),
    };
}
