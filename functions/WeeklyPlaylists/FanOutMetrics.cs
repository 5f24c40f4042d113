using System.Diagnostics.Metrics;

namespace Spotify.Functions.WeeklyPlaylists;

/// <summary>The metrics of the fan-out and of visits.</summary>
public sealed class FanOutMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Spotify.FanOut";

    private readonly Gauge<long> listeners;
    private readonly Gauge<double> lag;
    private readonly Counter<long> visits;

    /// <summary>Creates the metrics.</summary>
    public FanOutMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        listeners = meter.CreateGauge<long>(
            "spotify.fan_out.listeners", "{listener}", "Listeners of the current period, by surface and state: enqueued, done, failed.");
        lag = meter.CreateGauge<double>(
            "spotify.fan_out.lag", "s", "Time since the period began in the first time zone that is not complete, by surface.");
        visits = meter.CreateCounter<long>("spotify.visits", "{visit}", "Visits of listeners, by outcome.");
    }

    internal void Report(FanOutState state)
    {
        var surface = new KeyValuePair<string, object?>("surface", state.Surface);
        foreach (var (name, count) in new[] { ("enqueued", state.Listeners), ("done", state.Done), ("failed", state.Failed) })
            listeners.Record(count, surface, new KeyValuePair<string, object?>("state", name));
        lag.Record(state.Lag.TotalSeconds, surface);
    }

    internal void Visited(string outcome) => visits.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
