using System.Text;
using Spotify.Domain.Ports;
using Spotify.Local.Queues;
using Spotify.Web.Functions;

namespace Spotify.Local.Schedules;

/// <summary>
/// A service that calls functions at the times of their schedules, as Cloud Scheduler does: a POST with the token of a service account. One
/// call at start replaces all calls that were missed while the machine was off.
/// </summary>
internal sealed partial class ScheduleRunner(
    IReadOnlyList<FunctionDefinition> functions, QueueFile file, ServiceClient client, TimeProvider time, ILogger<ScheduleRunner> logger)
    : BackgroundService
{
    // Sleeps are limited, because timers do not notice when the machine's clock is set.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var runs = functions.SelectMany(function => function.Schedules.Select(schedule =>
            new Run(schedule, function.PolicyOf(schedule), new CronTimes(schedule.Cron, schedule.TimeZone)))).ToList();
        return client.WhileServingAsync(ct => Task.WhenAll(runs.Select(run => RepeatAsync(run, ct))), stoppingToken);
    }

    private async Task RepeatAsync(Run run, CancellationToken ct)
    {
        var last = await file.WriteAsync(session => session.LastCall(run.Schedule.Name, time.GetUtcNow()), ct);
        while (true)
        {
            await SleepUntilAsync(run.Times.Next(last), ct);
            last = time.GetUtcNow();
            await CallAsync(run, ct);
            // Recorded after the call, so that a call interrupted by a crash is repeated at start.
            await file.WriteAsync(session => session.RecordCall(run.Schedule.Name, last), ct);
        }
    }

    private async Task CallAsync(Run run, CancellationToken ct)
    {
        var body = run.Schedule.Body is { } json ? Encoding.UTF8.GetBytes(json) : [];
        for (var attempt = 1; ; attempt++)
        {
            var result = await run.Policy.AttemptAsync(attempt, handling => client.PostAsync(run.Schedule.Path, body, handling), time, ct);
            ct.ThrowIfCancellationRequested();
            if (result.Outcome == DeliveryOutcome.Completed) return;
            LogFailure(result.Error, run.Schedule.Name, attempt);
            if (result.Outcome != DeliveryOutcome.Retry) return;
            await Task.Delay(run.Policy.Backoff(attempt), time, ct);
        }
    }

    private async Task SleepUntilAsync(DateTimeOffset due, CancellationToken ct)
    {
        while (due - time.GetUtcNow() is { Ticks: > 0 } left)
            await Task.Delay(left < LongestSleep ? left : LongestSleep, time, ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scheduled call {Schedule} failed at attempt {Attempt}.")]
    private partial void LogFailure(Exception? cause, string schedule, int attempt);

    private sealed record Run(Schedule Schedule, DeliveryPolicy Policy, CronTimes Times);
}
