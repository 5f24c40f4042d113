using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Data;
using Spotify.Fixtures;

namespace Spotify.Hosting.Tests;

public sealed class CallMeterTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualTimeProvider time = new();
    private readonly List<(string Instrument, double Seconds, string Operation, string Outcome)> measurements = [];
    private readonly MeterListener listener = new();
    private readonly CallMeter meter;

    public CallMeterTests()
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        meter = new CallMeter(meters, time, "Spotify.Test");
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == meters) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, seconds, tags, _) =>
        {
            Assert.Equal(["operation", "outcome"], tags.ToArray().Select(tag => tag.Key));
            measurements.Add((instrument.Name, seconds, (string)tags[0].Value!, (string)tags[1].Value!));
        });
        listener.Start();
    }

    public static TheoryData<Exception, string> Failures => new()
    {
        { new TimeoutException(), "timeout" },
        { new OperationCanceledException(), "canceled" },
        { new TaskCanceledException(), "canceled" },
        { new FileNotFoundException(), "not_found" },
        { new RowMissingException("Tracks"), "not_found" },
        { new RowExistsException("Tracks"), "exists" },
        { new ConstraintException("No parent."), "rejected" },
        { new ArgumentOutOfRangeException(), "rejected" },
        { new IOException(), "error" },
        { new InvalidOperationException(), "error" },
    };

    public void Dispose()
    {
        listener.Dispose();
        services.Dispose();
    }

    [Fact]
    public async Task A_call_is_measured_in_seconds()
    {
        var result = await meter.MeasureAsync("read", () =>
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            return Task.FromResult(7);
        });
        Assert.Equal(7, result);
        Assert.Equal([("spotify.test.call.duration", 0.25, "read", "ok")], measurements);
    }

    [Fact]
    public async Task A_result_can_have_an_outcome_of_its_own()
    {
        await meter.MeasureAsync("create", () => Task.FromResult(false), created => created ? CallOutcome.Ok : CallOutcome.Exists);
        Assert.Equal("exists", Assert.Single(measurements).Outcome);
    }

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task The_outcome_of_a_failure_follows_from_the_exception(Exception failure, string outcome)
    {
        Assert.Same(failure, await Assert.ThrowsAnyAsync<Exception>(() => meter.MeasureAsync<int>("read", () => throw failure)));
        Assert.Equal(outcome, Assert.Single(measurements).Outcome);
    }
}
