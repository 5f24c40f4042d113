using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.ObjectRemovals;

/// <summary>The function <c>object-removals</c>.</summary>
public static class ObjectRemovalsFunction
{
    /// <summary>The path that the scheduler calls.</summary>
    public const string Path = "/tasks/object-removals";

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("object-removals", Caller.Scheduler)
    {
        AddServices = services =>
        {
            services.TryAddSingleton(TimeProvider.System);
            services.TryAddSingleton<ObjectRemovalService>();
        },
        MapRoutes = routes => routes.MapScheduled(
            Path, "Delete objects that are no longer referenced",
            async (ObjectRemovalService removals, CancellationToken ct) => new JsonObject { ["removed"] = await removals.SweepAsync(ct) }),
        Uses = new Resources
        {
            Database = Access.Write,
            Objects =
            {
                ["chapters"] = Access.Write, ["episodes"] = Access.Write, ["images"] = Access.Write, ["tracks"] = Access.Write,
            },
        },
        Schedules = [new Schedule("object-removals", Path, "*/10 * * * *")],
        Timeout = TimeSpan.FromMinutes(9),
    };
}
