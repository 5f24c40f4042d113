using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace Spotify.Hosting.Telemetry;

/// <summary>
/// A service that writes the measurements of the meters <c>Spotify.*</c> to the log, where log-based metrics collect them. An exporter
/// would need CPU between requests, which an instance does not have. Each combination of instrument and tags has a line of its own.
/// Counters and histograms contain the measurements since the previous line, gauges the last value.
/// </summary>
internal sealed class MetricLog : IHostedService, IDisposable
{
    private const string Meters = "Spotify.";

    // A limit, because a tag with unbounded values would flood the log.
    private const int MaxSeries = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly KeyValuePair<string, object?>[] Overflow = [new("overflow", true)];

    private readonly CloudLog log;
    private readonly TimeProvider time;
    private readonly IMeterFactory meters;
    private readonly MeterListener listener = new();
    private readonly Lock gate = new();
    private readonly Dictionary<(Instrument Instrument, string Tags), MetricSeries> series = [];
    private DateTimeOffset next;

    /// <summary>Starts to listen to the meters of a factory, and to meters that belong to no factory.</summary>
    public MetricLog(CloudLog log, TimeProvider time, IMeterFactory meters)
    {
        (this.log, this.time, this.meters) = (log, time, meters);
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (IsOurs(instrument)) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<byte>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<short>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<float>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<decimal>((instrument, value, tags, _) => Record(instrument, (double)value, tags));
        listener.Start();
        next = time.GetUtcNow() + Interval;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes the remaining measurements.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Write();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    /// <summary>Writes the measurements, unless the previous write was less than 10 s ago.</summary>
    public void WriteIfDue()
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (now < next) return;
            next = now + Interval;
        }

        Write();
    }

    private void Write()
    {
        listener.RecordObservableInstruments();
        lock (gate)
        {
            foreach (var ((instrument, _), measured) in series)
            {
                if (!measured.HasNewValues) continue;
                log.Write(LogLevel.Information, instrument.Name, fields: writer => measured.WriteAndReset(writer, instrument));
            }
        }
    }

    private bool IsOurs(Instrument instrument) =>
        instrument.Meter.Name.StartsWith(Meters, StringComparison.Ordinal)
        && (instrument.Meter.Scope is null || instrument.Meter.Scope == meters);

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!double.IsFinite(value)) return;
        var key = (instrument, Describe(tags));
        lock (gate)
        {
            if (!series.TryGetValue(key, out var measured))
            {
                if (series.Count >= MaxSeries)
                {
                    tags = Overflow;
                    key = (instrument, Describe(tags));
                }

                if (!series.TryGetValue(key, out measured)) series.Add(key, measured = MetricSeries.Of(instrument, tags));
            }

            measured.Record(value);
        }
    }

    private static string Describe(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = "";
        foreach (var (name, value) in tags) text += $"{name}={value}\n";
        return text;
    }
}
