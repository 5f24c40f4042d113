using System.Text;
using Spotify.Domain.Ports;
using Spotify.Local.Queues;
using Spotify.Web.Functions;

namespace Spotify.Local.Schedules;

/// <summary>
/// Calls functions at the times of their schedules, as Cloud Scheduler does: a POST with the token of a service account. Calls that were
/// missed while the machine was off are made up for by one call at start.
/// </summary>
internal sealed partial class ScheduleRunner(
    IReadOnlyList<FunctionDefinition> functions, QueueFile file, ServiceClient client, TimeProvider time, ILogger<ScheduleRunner> logger)
    : BackgroundService
{
    // Sleeps are short because timers do not notice when the machine's clock is set.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var runs = functions.SelectMany(function => function.Schedules.Select(schedule =>
            new Run(schedule, function.PolicyOf(schedule), new CronTimes(schedule.Cron, schedule.TimeZone)))).ToList();
        return client.WhileServingAsync(ct => Task.WhenAll(runs.Select(run => RepeatAsync(run, ct))), stoppingToken);
    }

    private async Task RepeatAsync(Run run, CancellationToken ct)
    {
        DateTimeOffset? last = null;
        while (true)
        {
            try
            {
                last ??= await file.WriteAsync(session => session.LastCall(run.Schedule.Name, time.GetUtcNow()), ct);
                last = await SleepUntilDueAsync(run.Times, last.Value, ct);
                // Recorded after success only, so that a call that failed or was cut off by a crash is made again at start.
                if (await CallAsync(run, ct))
                    await file.WriteAsync(session => session.RecordCall(run.Schedule.Name, last.Value), CancellationToken.None);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                LogFileError(e, run.Schedule.Name);
                await Task.Delay(PauseAfterError, time, ct);
            }
        }
    }

    /// <summary>Makes a call, with retries.</summary>
    /// <returns>Whether the call succeeded.</returns>
    private async Task<bool> CallAsync(Run run, CancellationToken ct)
    {
        var body = run.Schedule.Body is { } json ? Encoding.UTF8.GetBytes(json) : [];
        for (var attempt = 1; ; attempt++)
        {
            var result = await run.Policy.AttemptAsync(attempt, handling => client.PostAsync(run.Schedule.Path, body, handling), time, ct);
            if (result.Outcome == DeliveryOutcome.Completed) return true;
            ct.ThrowIfCancellationRequested();
            LogFailure(result.Error, run.Schedule.Name, attempt);
            if (result.Outcome != DeliveryOutcome.Retry) return false;
            await Task.Delay(run.Policy.Backoff(attempt), time, ct);
        }
    }

    /// <summary>Sleeps until the next time after the last call.</summary>
    /// <returns>The present time.</returns>
    private async Task<DateTimeOffset> SleepUntilDueAsync(CronTimes times, DateTimeOffset last, CancellationToken ct)
    {
        while (true)
        {
            var now = time.GetUtcNow();
            // The clock was set back: waiting for a time after the last call could take years.
            if (last > now) last = now;
            var left = times.Next(last) - now;
            if (left <= TimeSpan.Zero) return now;
            await Task.Delay(left < LongestSleep ? left : LongestSleep, time, ct);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scheduled call {Schedule} failed at attempt {Attempt}.")]
    private partial void LogFailure(Exception? cause, string schedule, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "The times of {Schedule} cannot be read or written.")]
    private partial void LogFileError(Exception cause, string schedule);

    private sealed record Run(Schedule Schedule, DeliveryPolicy Policy, CronTimes Times);
}
