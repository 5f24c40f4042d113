using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.PlayMarks;

/// <summary>The function <c>play-marks</c>.</summary>
public static class PlayMarksFunction
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/play-marks";

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("play-marks", Caller.Scheduler)
    {
        AddServices = services => services.AddPlayMarks(),
        MapRoutes = routes => routes.MapScheduled(
            Path, "Mark plays that break a rule for valid plays",
            async (SuspectListeners suspects, CancellationToken ct) => new JsonObject
            {
                ["marks"] = await suspects.MarkRecentAsync(ct),
                ["suspects"] = await suspects.UpdateAsync(ct),
            }),
        Uses = new Resources { Database = Access.Write, Warehouse = Access.Write },
        Schedules = [new Schedule("play-marks", Path, "10 * * * *")],
        Timeout = TimeSpan.FromMinutes(30),
    };

    /// <summary>Registers <see cref="PlayMarker"/>, with options bound from <c>PlayMarks</c>. Requires the warehouse.</summary>
    public static IServiceCollection AddPlayMarker(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IValidateOptions<PlayMarkOptions>, PlayMarkOptionsValidator>();
        services.AddOptions<PlayMarkOptions>().BindConfiguration("PlayMarks").ValidateOnStart();
        services.TryAddSingleton<PlayMarker>();
        return services;
    }

    private static void AddPlayMarks(this IServiceCollection services)
    {
        services.AddPlayMarker();
        services.TryAddSingleton<SuspectListeners>();
    }
}
