using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.ModelTraining;
using Spotify.Recommendations.Publishing;

namespace Spotify.Functions.TrainingRuns;

/// <summary>The step that a call of the function took.</summary>
public enum TrainingStep
{
    /// <summary>The weekly training is turned off.</summary>
    Disabled,

    /// <summary>New data is insufficient. A later call of the week may find more.</summary>
    TooLittleData,

    /// <summary>The training was started.</summary>
    Started,

    /// <summary>The training is being started by another call, or runs.</summary>
    Running,

    /// <summary>The model of the week is published.</summary>
    Published,

    /// <summary>The model of the week failed a check. The old one stays in use.</summary>
    Rejected,

    /// <summary>All attempts of the week failed. The old model stays in use.</summary>
    Failed,
}

/// <summary>
/// The weekly training: starts a job, follows it at later calls, and publishes its model. Every call reads the state from the object store
/// and takes the next step, so that calls may be repeated, overlap, or be cut off at any point.
/// </summary>
public sealed partial class TrainingRunner
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Spotify.Training";

    private const int KeptWeeks = 8;
    private const int DaysInAWeek = 7;

    // The aggregates of a day are complete the day after.
    private static readonly WarehouseStatement NewPlays = new(
        "SELECT SUM(plays) AS plays FROM daily_markets_latest WHERE date BETWEEN @from AND @to",
        ("from", ColumnType.Date), ("to", ColumnType.Date));

    private readonly ITrainingJobs jobs;
    private readonly IWarehouse warehouse;
    private readonly TrainingRunOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<TrainingRunner> logger;
    private readonly TrainingRunFiles runs;
    private readonly ModelStore models;
    private readonly Histogram<double> age;

    /// <summary>Creates the service.</summary>
    public TrainingRunner(
        ITrainingJobs jobs,
        IObjectStore objects,
        IWarehouse warehouse,
        IOptions<TrainingRunOptions> options,
        TimeProvider time,
        IMeterFactory meters,
        ILogger<TrainingRunner> logger)
    {
        (this.jobs, this.warehouse, this.options, this.time, this.logger) = (jobs, warehouse, options.Value, time, logger);
        (runs, models) = (new TrainingRunFiles(objects), new ModelStore(objects, time));
        age = meters.Create(MeterName).CreateHistogram<double>("spotify.model.age", "s", "The age of the published model.");
    }

    /// <summary>Takes the next step of the training of the week.</summary>
    /// <returns>The name of the run, and the step.</returns>
    /// <exception cref="IOException">The job could not be started or followed. A later call tries again.</exception>
    public async Task<(string Run, TrainingStep Step)> AdvanceAsync(CancellationToken ct)
    {
        var current = await models.CurrentAsync(ct);
        if (current is not null) ReportAge(time.GetUtcNow() - current.PublishedAt);
        var period = PeriodOf(time.GetUtcNow());
        var run = "";
        for (var attempt = 1; attempt <= options.MaxAttempts; attempt++)
        {
            run = TrainingRunFiles.Name(period, attempt);
            if (await AdvanceAsync(run, attempt, current, ct) is { } step) return (run, step);
        }

        return (run, TrainingStep.Failed);
    }

    /// <summary>Returns the day on which the latest training week began.</summary>
    public DateOnly PeriodOf(DateTimeOffset now)
    {
        var shifted = now.UtcDateTime.AddHours(-options.StartHour);
        return DateOnly.FromDateTime(shifted.AddDays(-((shifted.DayOfWeek - options.StartDay + DaysInAWeek) % DaysInAWeek)));
    }

    /// <summary>Takes the next step of an attempt; null if it failed, so that the next one follows.</summary>
    private async Task<TrainingStep?> AdvanceAsync(string run, int attempt, ModelPointer? current, CancellationToken ct)
    {
        if (await runs.ResultAsync(run, ct) is { } result)
        {
            return result.State switch
            {
                TrainingRunState.Published => TrainingStep.Published,
                TrainingRunState.Rejected => TrainingStep.Rejected,
                _ => null,
            };
        }

        if (await runs.ClaimedAsync(run, ct) is not { } claim) return await StartAsync(run, attempt, current, ct);
        if (await runs.OutcomeAsync(run, ct) is { } outcome) return await EndAsync(run, outcome, ct);
        switch (await jobs.FindAsync(run, ct))
        {
            case TrainingJobState.Running:
                return TrainingStep.Running;
            case null when time.GetUtcNow() - claim.At < options.StartGrace:
                return TrainingStep.Running;
            case null:
                return await FailAsync(run, "The training was not started.", ct);
            default:
                // The outcome may have been written after it was looked for.
                return await runs.OutcomeAsync(run, ct) is { } late
                    ? await EndAsync(run, late, ct)
                    : await FailAsync(run, "The training ended without a model.", ct);
        }
    }

    private async Task<TrainingStep?> StartAsync(string run, int attempt, ModelPointer? current, CancellationToken ct)
    {
        if (!options.Enabled) return TrainingStep.Disabled;
        if (attempt == 1 && !await HasNewDataAsync(current, ct)) return TrainingStep.TooLittleData;
        if (!await runs.ClaimAsync(run, time.GetUtcNow(), ct)) return TrainingStep.Running;
        await jobs.StartAsync(run, ct);
        LogStarted(run);
        return TrainingStep.Started;
    }

    private async Task<TrainingStep> EndAsync(string run, TrainingOutcome outcome, CancellationToken ct)
    {
        var result = new TrainingRunResult(TrainingRunState.Published, outcome.Version, null, time.GetUtcNow());
        if (outcome.Failures.Count > 0)
        {
            result = result with { State = TrainingRunState.Rejected, Detail = string.Join(' ', outcome.Failures) };
        }
        else
        {
            try
            {
                await models.PublishAsync(outcome.Version, ct);
            }
            catch (Exception e) when (e is ModelStoreException or InvalidDataException or NotSupportedException)
            {
                result = result with { State = TrainingRunState.Rejected, Detail = e.Message };
            }
        }

        await runs.WriteAsync(run, result, ct);
        LogEnded(result.State == TrainingRunState.Published ? LogLevel.Information : LogLevel.Error, run, result.State, result.Detail);
        await runs.DeleteBeforeAsync(PeriodOf(time.GetUtcNow()).AddDays(-DaysInAWeek * KeptWeeks), ct);
        return result.State == TrainingRunState.Published ? TrainingStep.Published : TrainingStep.Rejected;
    }

    private async Task<TrainingStep?> FailAsync(string run, string reason, CancellationToken ct)
    {
        await runs.WriteAsync(run, new TrainingRunResult(TrainingRunState.Failed, null, reason, time.GetUtcNow()), ct);
        LogEnded(LogLevel.Error, run, TrainingRunState.Failed, reason);
        return null;
    }

    private async Task<bool> HasNewDataAsync(ModelPointer? current, CancellationToken ct)
    {
        if (options.MinNewPlays == 0) return true;
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var from = current is null ? today.AddDays(-new TrainingReaderOptions().MaxAgeDays) : DayOf(current.PublishedAt);
        var row = await warehouse.QueryAsync(NewPlays, new Parameters { { "from", from }, { "to", today } }, ct).FirstAsync(ct);
        return row.Int64OrNull("plays") >= options.MinNewPlays;
    }

    private void ReportAge(TimeSpan old)
    {
        age.Record(old.TotalSeconds);
        if (old > options.MaxModelAge) LogOld("Old", old.TotalDays);
    }

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    [LoggerMessage(LogLevel.Information, "The training {Run} was started.")]
    private partial void LogStarted(string run);

    [LoggerMessage("The training {Run} has ended: {Outcome}. {Detail}")]
    private partial void LogEnded(LogLevel level, string run, TrainingRunState outcome, string? detail);

    [LoggerMessage(LogLevel.Error, "{Outcome}: the published model is {Days} days old.")]
    private partial void LogOld(string outcome, double days);
}
