using Spotify.Web.Functions;

namespace Spotify.Functions.PlayMarks;

/// <summary>The function <c>play-marks</c>.</summary>
public static class PlayMarksFunction
{
    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("play-marks", Caller.Scheduler)
    {
        AddServices = services => services.AddPlayMarks(),
        MapRoutes = routes => routes.MapPlayMarks(),
        Uses = new Resources { Database = Access.Write, Warehouse = Access.Write },
        Schedules = [new Schedule("play-marks", PlayMarksEndpoints.Path, "10 * * * *")],
        Timeout = TimeSpan.FromMinutes(30),
    };
}
