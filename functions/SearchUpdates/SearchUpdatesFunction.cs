using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.SearchUpdates;

/// <summary>The function <c>search-updates</c>.</summary>
public static class SearchUpdatesFunction
{
    /// <summary>The path that the scheduler calls.</summary>
    public const string Path = "/tasks/search-updates";

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("search-updates", Caller.Scheduler)
    {
        AddServices = services =>
        {
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton<SearchRefresh>();
            services.TryAddSingleton<SearchRebuild>();
            services.TryAddSingleton<SearchUpdater>();
        },
        MapRoutes = routes => routes.MapScheduled(
            Path, "Write search documents that are out of date",
            async (SearchUpdater updater, CancellationToken ct) =>
            {
                var (refreshed, rebuilt) = await updater.RunAsync(ct);
                return new JsonObject { ["refreshed"] = refreshed, ["rebuilt"] = rebuilt };
            }),
        Uses = new Resources { Database = Access.Write },
        Schedules = [new Schedule("search-updates", Path, "* * * * *")],
        Timeout = TimeSpan.FromMinutes(1),
    };
}
