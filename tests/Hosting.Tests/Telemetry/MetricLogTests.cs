using System.Diagnostics.Metrics;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Fixtures;
using Spotify.Hosting.Telemetry;

namespace Spotify.Hosting.Tests.Telemetry;

public sealed class MetricLogTests : IDisposable
{
    private readonly LogStream output = new();
    private readonly ManualTimeProvider time = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Meter meter;
    private readonly MetricLog metrics;

    public MetricLogTests()
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        metrics = new MetricLog(new CloudLog(output, new ConfigurationBuilder().Build()), time, factory);
        meter = factory.Create("Spotify.Test");
    }

    public void Dispose()
    {
        metrics.Dispose();
        services.Dispose();
    }

    [Fact]
    public void A_counter_line_has_the_sum_since_the_last_line()
    {
        var counter = meter.CreateCounter<long>("spotify.test.granted", "{grant}");
        counter.Add(2, new("cdn", "edge"), new("quality", "high"));
        counter.Add(3, new("cdn", "edge"), new("quality", "high"));
        counter.Add(1, new KeyValuePair<string, object?>("cdn", "other"));
        var lines = Lines();
        Assert.Equal(2, lines.Count);
        Assert.Equal(
            """
            {"severity":"INFO","message":"spotify.test.granted","metric":"spotify.test.granted","kind":"counter","unit":"{grant}","value":5,
            """
            + """
            "tags":{"cdn":"edge","quality":"high"}}
            """,
            lines[0].ToJsonString(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        counter.Add(4, new("cdn", "edge"), new("quality", "high"));
        Assert.Equal(4, (double)Assert.Single(Lines())["value"]!);
        Assert.Empty(Lines());
    }

    [Fact]
    public void A_histogram_line_has_quantiles()
    {
        var histogram = meter.CreateHistogram<double>("spotify.test.duration", "s");
        for (var i = 1; i <= 1000; i++) histogram.Record(i / 1000.0);
        var line = Assert.Single(Lines());
        Assert.Equal("histogram", (string?)line["kind"]);
        Assert.Equal((1000, 0.001, 1.0), ((int)line["count"]!, (double)line["min"]!, (double)line["max"]!));
        Assert.Equal(500.5, (double)line["sum"]!, 6);
        foreach (var (name, expected) in new[] { ("p50", 0.5), ("p95", 0.95), ("p99", 0.99) })
            Assert.InRange((double)line[name]!, expected * 0.97, expected * 1.03);

        histogram.Record(0.25);
        line = Assert.Single(Lines());
        Assert.Equal((1, 0.25, 0.25, 0.25), ((int)line["count"]!, (double)line["min"]!, (double)line["p50"]!, (double)line["p99"]!));
    }

    [Fact]
    public void Histograms_accept_zero_and_negative_values_and_skip_infinite_ones()
    {
        var histogram = meter.CreateHistogram<double>("spotify.test.duration");
        foreach (var value in new[] { 0, -5, double.NaN, double.PositiveInfinity, 3 }) histogram.Record(value);
        var line = Assert.Single(Lines());
        Assert.Equal((3, -5.0, 3.0), ((int)line["count"]!, (double)line["min"]!, (double)line["max"]!));
    }

    [Fact]
    public void Gauge_lines_have_the_last_value()
    {
        var level = 7;
        meter.CreateObservableGauge("spotify.test.level", () => level);
        var active = meter.CreateUpDownCounter<int>("spotify.test.active");
        active.Add(3);
        active.Add(-1);
        Assert.Equal([("spotify.test.active", 2.0), ("spotify.test.level", 7.0)], Values());
        level = 8;
        active.Add(1);
        Assert.Equal([("spotify.test.active", 3.0), ("spotify.test.level", 8.0)], Values());

        IEnumerable<(string, double)> Values() => Lines().Select(line => ((string)line["metric"]!, (double)line["value"]!)).Order();
    }

    [Fact]
    public void Lines_are_written_at_most_every_10_seconds()
    {
        var counter = meter.CreateCounter<int>("spotify.test.count");
        counter.Add(1);
        metrics.WriteIfDue();
        Assert.Empty(output.Entries);
        time.Advance(TimeSpan.FromSeconds(9.9));
        metrics.WriteIfDue();
        Assert.Empty(output.Entries);
        time.Advance(TimeSpan.FromSeconds(0.1));
        metrics.WriteIfDue();
        metrics.WriteIfDue();
        Assert.Single(output.Entries);
    }

    [Fact]
    public async Task Measurements_are_written_when_the_instance_stops()
    {
        meter.CreateCounter<int>("spotify.test.count").Add(1);
        await metrics.StopAsync(default);
        Assert.Single(output.Entries);
    }

    [Fact]
    public void Meters_of_other_hosts_and_libraries_are_ignored()
    {
        using var other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        other.GetRequiredService<IMeterFactory>().Create("Spotify.Test").CreateCounter<int>("spotify.test.of-another-host").Add(1);
        services.GetRequiredService<IMeterFactory>().Create("System.Test").CreateCounter<int>("system.test.count").Add(1);
        Assert.Empty(Lines());
    }

    [Fact]
    public void A_tag_with_unbounded_values_does_not_flood_the_log()
    {
        var counter = meter.CreateCounter<int>("spotify.test.count");
        for (var i = 0; i < 10_000; i++) counter.Add(1, new KeyValuePair<string, object?>("id", i));
        var lines = Lines();
        Assert.InRange(lines.Count, 2, 501);
        Assert.Equal(10_000, lines.Sum(line => (double)line["value"]!));
        Assert.Single(lines, line => line["tags"]!["overflow"] is not null);
    }

    [Fact]
    public async Task Every_measurement_of_concurrent_threads_counts_once()
    {
        var counter = meter.CreateCounter<int>("spotify.test.count");
        var total = 0.0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                counter.Add(1);
                if (i % 100 != 0) continue;
                time.Advance(TimeSpan.FromSeconds(10));
                metrics.WriteIfDue();
            }
        })));
        await metrics.StopAsync(default);
        total = output.Entries.Sum(line => (double)line["value"]!);
        Assert.Equal(4000, total);
    }

    private IReadOnlyList<JsonObject> Lines()
    {
        output.SetLength(0);
        time.Advance(TimeSpan.FromSeconds(10));
        metrics.WriteIfDue();
        return output.Entries;
    }
}
