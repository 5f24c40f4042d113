using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Cloud.Listing;
using Spotify.Cloud.Tests.Mocks;
using Spotify.Functions.Playback;
using Spotify.Functions.WeeklyPlaylists;

namespace Spotify.Cloud.Tests;

/// <summary>The dashboard, alerts, objectives, log-based metrics and budget.</summary>
public sealed partial class ObservabilityTests
{
    public static TheoryData<string> Stacks => [.. StackFile.Stacks];

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Every_alert_notifies_the_operator_with_a_severity_and_a_remedy(string stack)
    {
        var deployed = await Deployed.To(stack);
        var channel = Assert.Single(deployed.Of("monitoring/notificationChannel"));
        var alerts = deployed.Of("monitoring/alertPolicy").ToList();

        Assert.Equal(deployed.Config["spotify:alertEmail"], channel.Text("labels.email_address"));
        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert =>
        {
            Assert.Equal([channel.Id], alert.Texts("notificationChannels"));
            Assert.Contains(alert.Text("severity"), new[] { "CRITICAL", "WARNING" });
            Assert.Matches(@"\w.{40,}\.$", alert.Text("documentation.content"));
            Assert.Equal("text/markdown", alert.Text("documentation.mimeType"));
            Assert.InRange(alert.Maps("conditions").Count(), 1, 3);
        });
    }

    [Theory]
    [InlineData("playback-success", "CRITICAL", "> 0.01")]
    [InlineData("api-errors", "CRITICAL", "> 0.01")]
    [InlineData("cache-hits", "WARNING", "< 0.9")]
    [InlineData("backlog", "WARNING", "> 10000000")]
    [InlineData("lag", "WARNING", "> 300")]
    [InlineData("dead-letters", "WARNING", "> 0")]
    [InlineData("fan-out-lag", "WARNING", "> 21600")]
    [InlineData("ingest-failures", "WARNING", "> 0")]
    [InlineData("background-failures", "WARNING", ">= 3")]
    public async Task Alerts_have_the_specified_thresholds(string name, string severity, string threshold)
    {
        var alert = Assert.Single((await Deployed.To("dev")).Of("monitoring/alertPolicy"), alert => alert.Name == name);

        Assert.Equal(severity, alert.Text("severity"));
        Assert.EndsWith(threshold, alert.Text("conditions.conditionPrometheusQueryLanguage.query"));
    }

    [Theory]
    [InlineData("dev", "> 0.65")]
    [InlineData("prod", "> 0.45")]
    public async Task The_database_alert_leaves_capacity_for_the_loss_of_a_zone_or_region(string stack, string threshold)
    {
        var alert = Assert.Single((await Deployed.To(stack)).Of("monitoring/alertPolicy"), alert => alert.Name == "database-cpu");

        Assert.EndsWith(threshold, alert.Text("conditions.conditionPrometheusQueryLanguage.query"));
    }

    [Fact]
    public async Task Failures_of_every_background_function_are_monitored()
    {
        var alert = Assert.Single((await Deployed.To("dev")).Of("monitoring/alertPolicy"), alert => alert.Name == "background-failures");
        var query = alert.Text("conditions.conditionPrometheusQueryLanguage.query")!;
        var monitored = Regex.Match(query, "service_name=~\"([^\"]+)\"").Groups[1].Value.Split('|');

        var background = CloudFunction.All.Where(function => !function.IsPublic).Select(function => function.Name);
        Assert.Equal(background.Order(), monitored.Order());
    }

    [Fact]
    public async Task Every_objective_has_alerts_on_its_burn_rate()
    {
        var deployed = await Deployed.To("dev");
        var objectives = deployed.Of("monitoring/slo").ToList();

        Assert.Equal(
            ["api-availability", "api-latency", "playback-availability", "playback-latency"],
            objectives.Select(objective => objective.Name));
        foreach (var objective in objectives)
        {
            var burns = deployed.Of("monitoring/alertPolicy")
                .Where(alert => alert.Name.StartsWith($"{objective.Name}-", StringComparison.Ordinal))
                .ToList();
            Assert.All(burns, burn => Assert.Equal("AND", burn.Text("combiner")));
            Assert.Equal(
                [
                    ("fast", 14.4, "3600s", "300s", "CRITICAL"),
                    ("slow", 6, "21600s", "1800s", "CRITICAL"),
                    ("steady", 3, "86400s", "7200s", "WARNING"),
                ],
                burns.Select(burn =>
                {
                    var windows = burn.Texts("conditions.conditionThreshold.filter")
                        .Take(2)
                        .Select(filter => Regex.Match(filter, "^select_slo_burn_rate\\(\"(.+)\", \"(.+)\"\\)$").Groups)
                        .ToList();
                    Assert.All(windows, window => Assert.Equal(objective.State["name"], window[1].Value));
                    return (
                        burn.Name.Split('-')[^2],
                        burn.Numbers("conditions.conditionThreshold.thresholdValue").Take(2).Distinct().Single(),
                        windows[0][2].Value,
                        windows[1][2].Value,
                        burn.Text("severity")!);
                }));
        }
    }

    [Fact]
    public async Task Objectives_have_the_specified_goals()
    {
        var objectives = (await Deployed.To("dev")).Of("monitoring/slo").ToDictionary(objective => objective.Name);

        Assert.Equal(0.999, objectives["api-availability"].Inputs["goal"]);
        Assert.Equal(0.99, objectives["api-latency"].Inputs["goal"]);
        Assert.Equal(0.999, objectives["playback-availability"].Inputs["goal"]);
        Assert.Equal([100d], objectives["api-latency"].All("requestBasedSli.distributionCut.range.max"));
        Assert.Equal([30d], objectives["playback-latency"].All("requestBasedSli.distributionCut.range.max"));
        var availability = objectives["api-availability"];
        Assert.Contains("response_code_class", availability.Text("requestBasedSli.goodTotalRatio.badServiceFilter"));
        Assert.DoesNotContain("response_code_class", availability.Text("requestBasedSli.goodTotalRatio.totalServiceFilter"));
    }

    [Fact]
    public async Task The_uptime_check_uses_the_domain_and_several_regions()
    {
        var deployed = await Deployed.To("dev+domain");
        var check = Assert.Single(deployed.Of("monitoring/uptimeCheckConfig"));

        Assert.Equal("music.example", check.Text("monitoredResource.labels.host"));
        Assert.Equal("/healthz", check.Text("httpCheck.path"));
        Assert.Equal([true], check.All("httpCheck.validateSsl"));
        Assert.True(check.Texts("selectedRegions").Distinct().Count() >= 3);
        var paths = deployed.Of("compute/uRLMap").SelectMany(map => map.Texts("pathMatchers.routeRules.matchRules.fullPathMatch"));
        Assert.Contains("/healthz", paths);
        Assert.All(["uptime", "certificate"], name => Assert.Single(
            deployed.Of("monitoring/alertPolicy"), alert => alert.Name == name && alert.Text("severity") == "CRITICAL"));
    }

    [Fact]
    public async Task Log_based_metrics_refer_to_existing_instruments_and_tags()
    {
        var instruments = TagsByInstrument();
        foreach (var metric in LogMetrics.All.Where(metric => metric.Instrument is not null && metric != LogMetrics.DeadLetters))
        {
            Assert.True(instruments.TryGetValue(metric.Instrument!, out var tags), metric.Instrument);
            Assert.Equal(tags.Order(), metric.Labels.Keys.Order());
        }

        Assert.All((await Deployed.To("dev")).Of("logging/metric"), metric =>
        {
            // Cloud Logging extracts values for distributions only; other metrics count entries.
            Assert.Equal(metric.Inputs.ContainsKey("valueExtractor") ? "DISTRIBUTION" : "INT64", metric.Text("metricDescriptor.valueType"));
            Assert.Equal(
                metric.Maps("labelExtractors").SelectMany(labels => labels.Keys).Order(),
                metric.Texts("metricDescriptor.labels.key").Order());
        });
    }

    [Fact]
    public void Failure_reports_are_counted_by_their_route()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddPlayback();
        using var app = builder.Build();
        app.MapPlayback();
        var routes = ((IEndpointRouteBuilder)app).DataSources
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText);

        Assert.Contains(Regex.Match(LogMetrics.FailureReports.Filter, "route=\"([^\"]+)\"").Groups[1].Value, routes);
    }

    [Fact]
    public void The_dashboard_has_no_zeros_and_empty_strings_because_the_API_does_not_return_them()
    {
        var json = Dashboard.Json();
        Assert.DoesNotContain(":0,", json, StringComparison.Ordinal);
        Assert.DoesNotContain(":0}", json, StringComparison.Ordinal);
        Assert.DoesNotContain("\"\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dashboard_has_all_sections_without_overlaps()
    {
        var deployed = await Deployed.To("dev");
        using var json = JsonDocument.Parse(Assert.Single(deployed.Of("monitoring/dashboard")).Text("dashboardJson")!);
        var layout = json.RootElement.GetProperty("mosaicLayout");
        var tiles = layout.GetProperty("tiles").EnumerateArray().ToList();
        var covered = new HashSet<(int, int)>();

        var titles = tiles.Select(tile => tile.GetProperty("widget").GetProperty("title").GetString()).ToList();
        Assert.All(["Playback health", "CDN health", "API health", "Data pipeline"], title => Assert.Contains(title, titles));
        foreach (var tile in tiles)
        {
            int Of(string name) => tile.TryGetProperty(name, out var value) ? value.GetInt32() : 0;
            Assert.True(Of("xPos") + Of("width") <= layout.GetProperty("columns").GetInt32());
            for (var x = Of("xPos"); x < Of("xPos") + Of("width"); x++)
                for (var y = Of("yPos"); y < Of("yPos") + Of("height"); y++) Assert.True(covered.Add((x, y)));
        }

        Assert.StartsWith("https://console.cloud.google.com/monitoring/dashboards/builder/", (string)deployed.Outputs["dashboard"]!);
    }

    [Theory]
    [InlineData("Cache hit rate", 0.95)]
    [InlineData("Authorization success rate", 0.999)]
    [InlineData("Edge latency of hits", 50)]
    [InlineData("Error rate", 0.001)]
    [InlineData("Latency, p99", 100)]
    [InlineData("Processing lag", 300)]
    public void Charts_show_their_targets(string title, double target)
    {
        var charts = Dashboard.Sections.Where(section => section.Title != "Database").SelectMany(section => section.Charts);

        Assert.Equal(target, charts.Single(chart => chart.Title == title).Target);
    }

    [Fact]
    public async Task Queries_select_a_monitored_resource_and_refer_to_declared_metrics_only()
    {
        var alerts = (await Deployed.To("dev")).Of("monitoring/alertPolicy")
            .SelectMany(alert => alert.Texts("conditions.conditionPrometheusQueryLanguage.query"));
        var lines = Dashboard.Sections.SelectMany(section => section.Charts).SelectMany(chart => chart.Lines);
        var queries = lines.Select(line => line.Query).Concat(alerts).ToList();
        Assert.All(queries, query =>
        {
            Assert.Equal(query.Count(c => c == '('), query.Count(c => c == ')'));
            Assert.Equal(query.Count(c => c == '{'), query.Count(c => c == '}'));
            Assert.Equal(0, query.Count(c => c == '"') % 2);
            // Cloud Monitoring rejects a query on a metric of several resource types without this label.
            Assert.All(
                MetricPattern().Matches(query),
                metric => Assert.StartsWith("{monitored_resource=\"", metric.Groups["labels"].Value));
        });
        var logBased = queries.SelectMany(query => LogBasedPattern().Matches(query)).Select(match => match.Groups["name"].Value).Distinct();
        var declared = LogMetrics.All.SelectMany(metric =>
            metric.Instrument is null ? (string[])[metric.Name] : [$"{metric.Name}_sum", $"{metric.Name}_count"]);
        Assert.Subset(declared.ToHashSet(), logBased.ToHashSet());
    }

    [Fact]
    public async Task A_budget_is_declared_only_with_a_billing_account()
    {
        Assert.Empty((await Deployed.To("dev")).Of("billing/budget"));

        var deployed = await Deployed.To("dev+budget");
        var budget = Assert.Single(deployed.Of("billing/budget"));
        Assert.Equal("100", budget.Text("amount.specifiedAmount.units"));
        Assert.Equal([$"projects/{CloudMocks.ProjectNumber}"], budget.Texts("budgetFilter.projects"));
        Assert.Equal(
            [(0.5, "CURRENT_SPEND"), (0.9, "CURRENT_SPEND"), (1, "CURRENT_SPEND"), (1, "FORECASTED_SPEND")],
            budget.Maps("thresholdRules").Select(rule => ((double)rule["thresholdPercent"], (string)rule["spendBasis"])));
    }

    [Fact]
    public async Task Uses_of_secrets_keys_and_accounts_are_audited_but_not_successful_requests()
    {
        var deployed = await Deployed.To("dev");
        var audited = deployed.Of("projects/iAMAuditConfig")
            .ToDictionary(audit => audit.Text("service")!, audit => audit.Texts("auditLogConfigs.logType").ToList());

        Assert.Equal(
            ["allServices", "cloudkms.googleapis.com", "iam.googleapis.com", "secretmanager.googleapis.com"],
            audited.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["ADMIN_READ"], audited["allServices"]);
        Assert.Equal(["DATA_READ", "DATA_WRITE"], audited["secretmanager.googleapis.com"]);
        var exclusions = deployed.Of("logging/projectExclusion").Select(exclusion => exclusion.Text("filter")!).ToList();
        Assert.Contains(exclusions, filter => filter.Contains("/healthz", StringComparison.Ordinal));
        Assert.All(exclusions, filter => Assert.Contains("status<400", filter));
    }

    // Returns the tags of the instruments of playback, by instrument.
    private static Dictionary<string, string[]> TagsByInstrument()
    {
        using var services = new ServiceCollection().AddMetrics().AddSingleton<PlaybackMetrics>().AddSingleton<FanOutMetrics>()
            .BuildServiceProvider();
        var instruments = new Dictionary<string, string[]>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name is PlaybackMetrics.MeterName or FanOutMetrics.MeterName) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
            instruments[instrument.Name] = [.. tags.ToArray().Select(tag => tag.Key)]);
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
            instruments[instrument.Name] = [.. tags.ToArray().Select(tag => tag.Key)]);
        listener.Start();
        var (playback, fanOut) = (services.GetRequiredService<PlaybackMetrics>(), services.GetRequiredService<FanOutMetrics>());
        Call(playback, "Granted", "cloud-cdn", EncodingList.Parse("vorbis high 160 1000")[0], TimeSpan.Zero);
        Call(playback, "Denied", "NOT_RELEASED");
        Call(fanOut, "Report", new FanOutState("discover-weekly", "2026-01-12", 64, 64, 1, 1, 0, TimeSpan.Zero));
        Call(fanOut, "Visited", "current");
        return instruments;

        static void Call(object metrics, string method, params object[] arguments) => metrics.GetType()
            .GetMethod(method, BindingFlags.Instance | BindingFlags.NonPublic)!
            .Invoke(metrics, arguments);
    }

    [GeneratedRegex(@"[a-z]+_googleapis_com:\w+(?<labels>\{[^}]*\})?")]
    private static partial Regex MetricPattern();

    [GeneratedRegex(@"logging_googleapis_com:user_(?<name>\w+)")]
    private static partial Regex LogBasedPattern();
}
