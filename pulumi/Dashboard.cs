using System.Text.Json.Nodes;

namespace Spotify.Cloud;

/// <summary>A line of a chart.</summary>
/// <param name="Query">The query, in PromQL.</param>
/// <param name="Name">The name in the legend; null to show the labels of the series.</param>
internal sealed record Line(string Query, string? Name = null);

/// <summary>A chart.</summary>
/// <param name="Title">The title.</param>
/// <param name="Unit">The unit of the values: <c>10^2.%</c> for ratios, <c>ms</c>, <c>s</c>, <c>1/s</c>, <c>1</c>.</param>
/// <param name="Target">The target value, in that unit; null if there is none.</param>
/// <param name="Lines">The lines.</param>
internal sealed record Chart(string Title, string Unit, double? Target, params IReadOnlyList<Line> Lines);

/// <summary>A titled group of charts.</summary>
internal sealed record ChartSection(string Title, params IReadOnlyList<Chart> Charts);

/// <summary>The dashboard. Add a chart here for each new metric worth watching.</summary>
internal static class Dashboard
{
    private const int Columns = 48;
    private const int ChartWidth = 16;
    private const int ChartHeight = 14;
    private const int TitleHeight = 4;

    private const string Percent = "10^2.%";

    /// <summary>The sections of the dashboard.</summary>
    public static IReadOnlyList<ChartSection> Sections { get; } =
    [
        new(
            "Playback health",
            new Chart("Authorization success rate", Percent, 0.999, new Line($"1 - {Measures.PlaybackErrors.Query}", "succeeded")),
            new Chart(
                "Authorizations by outcome", "1/s", null,
                new Line($"sum(rate({LogMetrics.Granted.Sum}[5m]))", "granted"),
                new Line($"sum by (reason) (rate({LogMetrics.Denied.Sum}[5m]))")),
            new Chart(
                "Authorization latency", "ms", 30,
                new Line(Measures.PlaybackLatency(0.5), "p50"),
                new Line(Measures.PlaybackLatency(0.95), "p95"),
                new Line(Measures.PlaybackLatency(0.99), "p99")),
            new Chart("Grants by CDN", "1/s", null, new Line($"sum by (cdn) (rate({LogMetrics.Granted.Sum}[5m]))")),
            new Chart("Grants that could not be fetched", Percent, 0.01, new Line(Measures.FetchFailures.Query, "reported"))),
        new(
            "CDN health",
            new Chart("Cache hit rate", Percent, 0.95, new Line(Measures.CacheHits.Query, "hits")),
            new Chart(
                "Edge latency of hits", "ms", 50,
                new Line(Measures.EdgeLatency(0.5), "p50"),
                new Line(Measures.EdgeLatency(0.99), "p99")),
            new Chart("Errors of the CDN or the bucket", Percent, 0.001, new Line(Measures.CdnErrors.Query, "errors"))),
        new(
            "API health",
            new Chart("Request rate", "1/s", null, new Line(Measures.ApiRequests)),
            new Chart("Error rate", Percent, 0.001, new Line(Measures.ApiErrors.Query, "errors")),
            new Chart("Latency, p99", "ms", 100, new Line(Measures.ApiLatency(0.99))),
            new Chart("Function requests", "1/s", null, new Line(Measures.FunctionRequests)),
            new Chart("Instances", "1", null, new Line(Measures.Instances))),
        new(
            "Data pipeline",
            new Chart("Messages published", "1/s", null, new Line(Measures.Published)),
            new Chart("Processing lag", "s", 300, new Line(Measures.Lag)),
            new Chart("Backlog", "1", 10_000_000, new Line(Measures.Backlog)),
            new Chart("Dead letters", "1/s", null, new Line($"sum by (source) (rate({LogMetrics.DeadLetters.Sum}[5m]))")),
            new Chart("Uploads", "1/s", null, new Line($"sum by (outcome) (rate({LogMetrics.Uploads.Sum}[5m]))")),
            new Chart("Trainings", "1", null, new Line($"sum by (outcome) (increase({LogMetrics.Trainings.Sum}[1h]))"))),
        new(
            "Weekly playlists",
            new Chart("Listeners of the week", "1", null, new Line(LogMetrics.FanOutListeners.Mean("surface, state"))),
            new Chart("Fan-out lag", "s", 21_600, new Line(LogMetrics.FanOutLag.Mean("surface"))),
            new Chart("Visits", "1/s", null, new Line($"sum by (outcome) (rate({LogMetrics.Visits.Sum}[5m]))"))),
        new(
            "Database",
            new Chart("CPU, high priority", Percent, 0.65, new Line(Measures.DatabaseCpu)),
            new Chart("Latency, p99", "s", null, new Line(Measures.DatabaseLatency(0.99)))),
    ];

    /// <summary>Returns the dashboard in the format of the Cloud Monitoring API.</summary>
    /// <seealso href="https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards"/>
    public static string Json()
    {
        var (tiles, top) = (new JsonArray(), 0);
        foreach (var section in Sections)
        {
            var header = new JsonObject { ["title"] = section.Title, ["sectionHeader"] = new JsonObject { ["dividerBelow"] = true } };
            tiles.Add(Tile(0, top, Columns, TitleHeight, header));
            top += TitleHeight;
            foreach (var row in section.Charts.Chunk(Columns / ChartWidth))
            {
                for (var i = 0; i < row.Length; i++) tiles.Add(Tile(i * ChartWidth, top, ChartWidth, ChartHeight, Widget(row[i])));
                top += ChartHeight;
            }
        }

        var layout = new JsonObject { ["columns"] = Columns, ["tiles"] = tiles };
        return new JsonObject { ["displayName"] = "Spotify", ["mosaicLayout"] = layout }.ToJsonString();
    }

    // The API does not return zeros and empty strings, so every deployment would change a dashboard that has them.
    private static JsonObject Tile(int x, int y, int width, int height, JsonObject widget)
    {
        var tile = new JsonObject { ["width"] = width, ["height"] = height, ["widget"] = widget };
        if (x > 0) tile["xPos"] = x;
        if (y > 0) tile["yPos"] = y;
        return tile;
    }

    private static JsonObject Widget(Chart chart)
    {
        var lines = new JsonArray([.. chart.Lines.Select(line => DataSet(line, chart.Unit))]);
        var drawing = new JsonObject { ["dataSets"] = lines, ["yAxis"] = new JsonObject { ["scale"] = "LINEAR" } };
        if (chart.Target is { } target)
        {
            var threshold = new JsonObject { ["label"] = "target", ["value"] = target, ["targetAxis"] = "Y1" };
            drawing["thresholds"] = new JsonArray(threshold);
        }

        return new JsonObject { ["title"] = chart.Title, ["xyChart"] = drawing };
    }

    private static JsonObject DataSet(Line line, string unit)
    {
        var dataSet = new JsonObject
        {
            ["plotType"] = "LINE",
            ["targetAxis"] = "Y1",
            ["timeSeriesQuery"] = new JsonObject { ["prometheusQuery"] = line.Query, ["unitOverride"] = unit },
        };
        if (line.Name is { } name) dataSet["legendTemplate"] = name;
        return dataSet;
    }
}
