using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Functions.PlaylistShards;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.WeeklyPlaylists;

/// <summary>The function <c>weekly-playlists</c>.</summary>
public static class WeeklyPlaylistsFunction
{
    /// <summary>The path that the scheduler calls every hour.</summary>
    public const string Path = "/tasks/weekly-playlists";

    /// <summary>The path that the scheduler calls every five minutes.</summary>
    public const string ProgressPath = "/tasks/fan-out-progress";

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("weekly-playlists", Caller.Scheduler)
    {
        AddServices = services => services.AddFanOut(),
        MapRoutes = routes =>
        {
            routes.MapScheduled(
                Path, "Start the weekly playlists of the time zones in which a week begins",
                async (FanOutPlanner planner, CancellationToken ct) => new JsonObject { ["started"] = await planner.PlanAsync(ct) });
            routes.MapScheduled<FanOutReport>(
                ProgressPath, "Report the progress of the weekly playlists, and continue shards that make none",
                (report, ct) => report.RunAsync(ct));
        },
        Uses = new Resources { Database = Access.Write, Enqueues = [PlaylistShardsFunction.Definition.Queue!] },
        Schedules = [new Schedule("weekly-playlists", Path, "0 * * * *"), new Schedule("fan-out-progress", ProgressPath, "*/5 * * * *")],
        Timeout = TimeSpan.FromMinutes(10),
    };

    /// <summary>Registers the planner and the progress of the fan-out. Requires the database and the task queue.</summary>
    public static IServiceCollection AddFanOut(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<FanOutMetrics>();
        services.TryAddSingleton<FanOutPlanner>();
        services.TryAddSingleton<FanOutStates>();
        services.TryAddSingleton<FanOutReport>();
        return services;
    }

    /// <summary>
    /// Registers <see cref="Visits"/>. Requires the database and the task queue, with the queue of <c>playlist-generator</c>.
    /// </summary>
    public static IServiceCollection AddVisits(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<FanOutMetrics>();
        services.TryAddSingleton<Visits>();
        return services;
    }
}
