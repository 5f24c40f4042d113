using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Spotify.Functions.WeeklyPlaylists;

/// <summary>The regular report of the progress of the fan-out: in the log, as metrics, and as the response to the scheduler.</summary>
public sealed partial class FanOutReport(
    FanOutPlanner planner, FanOutStates progress, FanOutMetrics metrics, TimeProvider time, ILogger<FanOutReport> logger)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Period, long Done, DateTimeOffset At)> last = [];

    /// <summary>Resumes shards and reports the progress.</summary>
    /// <returns>
    /// By surface: the listeners who are enqueued, done and failed, the lag in seconds, and the listeners per second since the previous
    /// report of this instance.
    /// </returns>
    public async Task<JsonObject> RunAsync(CancellationToken ct)
    {
        var result = new JsonObject { ["resumed"] = await planner.ResumeAsync(ct) };
        foreach (var state in await progress.ReadAsync(ct))
        {
            metrics.Report(state);
            var rate = Rate(state);
            if (!state.IsComplete)
                LogProgress(state.Surface, state.Period, state.Done, state.Failed, state.Listeners, rate, (long)state.Lag.TotalSeconds);
            result[state.Surface] = new JsonObject
            {
                ["period"] = state.Period,
                ["shards"] = state.Shards,
                ["walked"] = state.Walked,
                ["listeners"] = state.Listeners,
                ["done"] = state.Done,
                ["failed"] = state.Failed,
                ["lag_seconds"] = (long)state.Lag.TotalSeconds,
                ["listeners_per_second"] = rate,
            };
        }

        return result;
    }

    private double Rate(FanOutState state)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            var known = last.TryGetValue(state.Surface, out var before) && before.Period == state.Period && now > before.At;
            last[state.Surface] = (state.Period, state.Done, now);
            return known ? Math.Round((state.Done - before.Done) / (now - before.At).TotalSeconds, 1) : 0;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Surface} of {Period}: {Done} done, {Failed} failed, {Listeners} enqueued, {Rate} per second, {Lag} s late.")]
    private partial void LogProgress(string surface, string period, long done, long failed, long listeners, double rate, long lag);
}
