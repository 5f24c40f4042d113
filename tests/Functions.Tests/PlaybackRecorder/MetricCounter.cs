using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Spotify.Functions.Tests.PlaybackRecorder;

/// <summary>The sum of a counter of a host, for one reason.</summary>
internal sealed class MetricCounter : IDisposable
{
    private readonly MeterListener listener;
    private long sum;

    public MetricCounter(IServiceProvider services, string instrumentName, string reason)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Scope == factory && instrument.Name == instrumentName) listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (var (name, tag) in tags)
                if (name == "reason" && tag is string text && text == reason) Interlocked.Add(ref sum, value);
        });
        listener.Start();
    }

    public long Value => Interlocked.Read(ref sum);

    public void Dispose() => listener.Dispose();
}
