using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Functions.TrainingRuns;
using Spotify.Hosting;
using Spotify.Hosting.Telemetry;
using Spotify.Hosting.Training;
using Spotify.Hosting.Warehouse;
using Spotify.ModelTraining;
using Spotify.Recommendations;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Training;

namespace Spotify.Google.Training;

/// <summary>
/// The Cloud Run job that trains, which runs the image of the functions with arguments: <c>train</c>, and for operators <c>models list</c>,
/// <c>models rollback [VERSION]</c> and <c>models publish VERSION</c>.
/// </summary>
internal static partial class TrainingJob
{
    /// <summary>The argument of a training.</summary>
    public const string Train = "train";

    /// <summary>The first argument of the commands for models.</summary>
    public const string Models = "models";

    private const string Usage = "Expected: train, models list, models rollback [VERSION] or models publish VERSION.";

    /// <summary>Runs the job.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="configure">Changes the host before it is built.</param>
    /// <returns>The exit code: 0, 1 if the job failed, 2 if the arguments are wrong.</returns>
    public static async Task<int> RunAsync(string[] args, Action<HostApplicationBuilder>? configure = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddCloudLog();
        builder.Services.AddTelemetry().AddAdapters(TrainingRunsFunction.Job);
        builder.Services.AddAdapterOptions<TrainingLimits, TrainingLimitsValidator>(TrainingLimits.Section);
        configure?.Invoke(builder);
        using var host = builder.Build();
        var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(TrainingJob).FullName!);
        await host.StartAsync();
        try
        {
            var ct = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            var store = new ModelStore(host.Services.GetRequiredService<IObjectStore>(), host.Services.GetRequiredService<TimeProvider>());
            switch (args)
            {
                case [Train]:
                    await TrainAsync(host.Services, logger, ct);
                    return 0;
                case [Models, "list"]:
                    foreach (var model in await store.ListAsync(ct)) LogModel(logger, model.Version, model.IsPublished, model.SavedAt);
                    return 0;
                case [Models, "rollback", .. { Length: <= 1 } version]:
                    LogPublished(logger, await store.RollBackAsync(version.FirstOrDefault(), ct));
                    return 0;
                case [Models, "publish", var version]:
                    await store.PublishAsync(version, ct);
                    LogPublished(logger, version);
                    return 0;
                default:
                    LogUsage(logger, Usage);
                    return 2;
            }
        }
        catch (Exception e)
        {
            LogFailed(logger, e, string.Join(' ', args));
            return 1;
        }
        finally
        {
            await host.StopAsync();
        }
    }

    private static async Task TrainAsync(IServiceProvider services, ILogger logger, CancellationToken ct)
    {
        var options = services.GetRequiredService<IOptions<TrainingLimits>>().Value;
        var (objects, time) = (services.GetRequiredService<IObjectStore>(), services.GetRequiredService<TimeProvider>());
        var (database, warehouse) = (services.GetRequiredService<IDatabase>(), services.GetRequiredService<IWarehouse>());
        var reader = new TrainingReaderOptions { MaxTracks = options.MaxTracks, MaxInteractions = options.MaxInteractions };
        var bucket = services.GetRequiredService<IOptions<WarehouseOptions>>().Value.ExportBucket ?? "";
        var pipeline = new TrainingPipeline(
            database,
            warehouse,
            objects,
            new ModelLoaderOptions { Directory = Path.Combine(options.Directory, "published") },
            time,
            options.BigQueryMl ? new BigQueryMlFactors(database, warehouse, objects, bucket, reader, time) : null);
        var directory = Path.Combine(options.Directory, "train");
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
        Directory.CreateDirectory(directory);
        var settings = new TrainingSettings(new TrainingOptions(), reader, Environment.ProcessorCount, directory);
        var progress = new LoggedProgress(logger);
        var run = services.GetRequiredService<IConfiguration>()[CloudRunTrainingJobs.RunVariable];
        // Without a run, an operator has started the job.
        var report = run is null
            ? await pipeline.RunAsync(settings, Publication.IfChecked, progress, ct)
            : await pipeline.RunAsync(run, settings, progress, ct);
        if (report is null) LogEnded(logger, run!);
        else LogReport(logger, report.Publication.Manifest.Version, report.Counts, string.Join(' ', report.Publication.Failures));
    }

    [LoggerMessage(LogLevel.Information, "{Version}, published: {IsPublished}, of {SavedAt}")]
    private static partial void LogModel(ILogger logger, string version, bool isPublished, DateTimeOffset savedAt);

    [LoggerMessage(LogLevel.Information, "Published {Version}")]
    private static partial void LogPublished(ILogger logger, string version);

    [LoggerMessage(LogLevel.Information, "The model {Version} is trained on {Counts}. Failed checks: {Failures}")]
    private static partial void LogReport(ILogger logger, string version, ModelCounts counts, string failures);

    [LoggerMessage(LogLevel.Warning, "The run {Run} has ended already.")]
    private static partial void LogEnded(ILogger logger, string run);

    [LoggerMessage(LogLevel.Error, "{Usage}")]
    private static partial void LogUsage(ILogger logger, string usage);

    [LoggerMessage(LogLevel.Error, "The job failed: {Arguments}")]
    private static partial void LogFailed(ILogger logger, Exception cause, string arguments);

    [LoggerMessage(LogLevel.Information, "{Stage} {Percent} %")]
    private static partial void LogProgress(ILogger logger, string stage, int percent);

    /// <summary>Progress as log entries: one for each stage and each further tenth of it. Thread-safe.</summary>
    private sealed class LoggedProgress(ILogger logger) : IProgress<TrainingProgress>
    {
        private readonly Lock gate = new();
        private (string Stage, int Tenth) last = ("", 0);

        public void Report(TrainingProgress value)
        {
            var tenth = value.Total == 0 ? 10 : (int)(10L * value.Done / value.Total);
            lock (gate)
            {
                if (value.Stage == last.Stage && tenth <= last.Tenth) return;
                last = (value.Stage, tenth);
            }

            LogProgress(logger, value.Stage, tenth * 10);
        }
    }
}
