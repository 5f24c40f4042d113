using Spotify.Web.Functions;

namespace Spotify.Functions.ObjectRemovals;

/// <summary>The function <c>object-removals</c>.</summary>
public static class ObjectRemovalsFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("object-removals", Caller.Scheduler)
    {
        AddServices = services => services.AddObjectRemovals(),
        MapRoutes = routes => routes.MapObjectRemovals(),
        Uses = new Resources { Database = Access.Write, Objects = { ["images"] = Access.Write, ["tracks"] = Access.Write } },
        Schedules = [new Schedule("object-removals", ObjectRemovalEndpoints.Path, "*/10 * * * *")],
        Timeout = TimeSpan.FromMinutes(9),
    };
}
