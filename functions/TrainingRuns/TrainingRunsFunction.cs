using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.TrainingRuns;

/// <summary>The function <c>training-runs</c>, which starts the weekly training, follows it, and publishes its model.</summary>
public static class TrainingRunsFunction
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/training-runs";

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("training-runs", Caller.Scheduler)
    {
        AddServices = services => services.AddTrainingRuns(),
        MapRoutes = routes => routes.MapScheduled(
            Path, "Start the weekly training of the recommender, follow it, and publish its model",
            async (TrainingRunner runner, CancellationToken ct) =>
            {
                var (run, step) = await runner.AdvanceAsync(ct);
                return new JsonObject { ["run"] = run, ["step"] = step.ToString() };
            }),
        Uses = new Resources { Objects = { ["models"] = Access.Write }, Warehouse = Access.Read, TrainingJobs = true },
        Schedules = [new Schedule("training-runs", Path, "*/15 * * * *")],
        Timeout = TimeSpan.FromMinutes(2),
    };

    /// <summary>
    /// The Cloud Run job of the training; on one machine, a process. The job is not a function, because it has neither endpoints nor a
    /// schedule.
    /// </summary>
    public static FunctionDefinition Job { get; } = new("model-training", Caller.Anyone)
    {
        Uses = new Resources
        {
            Database = Access.Read,
            Warehouse = Access.Read,
            Objects = { ["models"] = Access.Write, ["exports"] = Access.Write },
        },
    };

    /// <summary>Registers the service, with options bound from <c>TrainingRuns</c>. Requires objects, the warehouse and the jobs.</summary>
    public static IServiceCollection AddTrainingRuns(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IValidateOptions<TrainingRunOptions>, TrainingRunOptionsValidator>();
        services.AddOptions<TrainingRunOptions>().BindConfiguration("TrainingRuns").ValidateOnStart();
        services.TryAddSingleton<TrainingRunner>();
        return services;
    }
}
