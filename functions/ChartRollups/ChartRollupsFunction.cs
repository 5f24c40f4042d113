using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.ChartRollups;

/// <summary>The function <c>chart-rollups</c>.</summary>
public static class ChartRollupsFunction
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/chart-rollups";

    /// <summary>The definition. Runs soon after the windows of an hour are closed, and again for what a failed run left.</summary>
    public static FunctionDefinition Definition { get; } = new("chart-rollups", Caller.Scheduler)
    {
        AddServices = services => services.AddChartRollups(),
        MapRoutes = routes => routes.MapScheduled(
            Path, "Merge the windows of charts into hours",
            async (ChartRollupService rollups, CancellationToken ct) =>
            {
                var (hours, rows) = await rollups.RunAsync(ct);
                return new JsonObject { ["hours"] = hours, ["rows"] = rows };
            }),
        Uses = new Resources { Database = Access.Write },
        Schedules = [new Schedule("chart-rollups", Path, "21,36,51 * * * *")],
        Timeout = TimeSpan.FromMinutes(5),
    };

    /// <summary>Registers the service. Requires the database.</summary>
    public static IServiceCollection AddChartRollups(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ChartRollupService>();
        return services;
    }
}
