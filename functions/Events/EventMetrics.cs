using System.Diagnostics.Metrics;
using System.Text.Json;
using Spotify.Events;

namespace Spotify.Functions.Events;

/// <summary>The metrics of reported events.</summary>
public sealed class EventMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Spotify.Events";

    private static readonly EventType[] Types = Enum.GetValues<EventType>();
    private static readonly string[] Names =
        [.. Types.Select(type => JsonNamingPolicy.SnakeCaseLower.ConvertName(type.ToString()))];

    private readonly Counter<long> accepted;
    private readonly Counter<long> rejected;
    private readonly Counter<long> dropped;

    /// <summary>Creates the metrics of a host.</summary>
    public EventMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        accepted = meter.CreateCounter<long>("spotify.events.accepted", "{event}", "Events that were published, by type.");
        rejected = meter.CreateCounter<long>("spotify.events.rejected", "{event}", "Events that were invalid.");
        dropped = meter.CreateCounter<long>("spotify.telemetry.dropped", "{event}", "Telemetry that was dropped under overload, by type.");
    }

    /// <summary>Counts the events of a request.</summary>
    /// <param name="intake">The events.</param>
    /// <param name="dropsTelemetry">Whether the telemetry was dropped.</param>
    public void Count(EventIntake intake, bool dropsTelemetry)
    {
        if (intake.Rejected.Count > 0) rejected.Add(intake.Rejected.Count);
        for (var i = 0; i < Types.Length; i++)
        {
            if (intake.CountOf(Types[i]) is not (> 0 and var count)) continue;
            var counter = dropsTelemetry && !ClientEvent.IsPlaybackType(Types[i]) ? dropped : accepted;
            counter.Add(count, new KeyValuePair<string, object?>("type", Names[i]));
        }
    }
}
