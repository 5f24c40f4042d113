using System.Diagnostics.Metrics;

namespace Spotify.Functions.PlaybackRecorder;

/// <summary>The metrics of the recorder.</summary>
public sealed class RecorderMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Spotify.PlaybackRecorder";

    private readonly Counter<long> recorded;
    private readonly Counter<long> dropped;

    /// <summary>Creates the metrics.</summary>
    public RecorderMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        recorded = meter.CreateCounter<long>("spotify.plays.recorded", "{play}", "Plays that were added to the history.");
        dropped = meter.CreateCounter<long>("spotify.events.dropped", "{event}", "Events that were not recorded, by reason.");
    }

    internal void Recorded(int plays) => recorded.Add(plays);

    /// <summary>Counts events that were not recorded.</summary>
    internal void Dropped(string reason, int events)
    {
        if (events > 0) dropped.Add(events, new KeyValuePair<string, object?>("reason", reason));
    }
}
