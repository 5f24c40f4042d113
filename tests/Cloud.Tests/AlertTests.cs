using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Spotify.Cloud.Tests.Mocks;
using Match = System.Text.RegularExpressions.Match;

namespace Spotify.Cloud.Tests;

/// <summary>
/// Which of the declared alerts fire for a number of requests in five minutes, without other requests that day. Bad requests count against
/// every objective and ratio: they fail and are slow.
/// </summary>
public sealed partial class AlertTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(100_000)]
    public async Task A_single_bad_request_fires_no_alert(int requests) => Assert.Empty(await FiringAsync(bad: 1, requests));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 1_000_000)]
    [InlineData(900, 1_000_000)]
    public async Task Alerts_are_silent_within_the_objectives(int bad, int requests) => Assert.Empty(await FiringAsync(bad, requests));

    [Theory]
    [InlineData(30, 100)]
    [InlineData(15, 20)]
    [InlineData(300_000, 1_000_000)]
    public async Task An_outage_pages_someone_on_small_and_large_stacks(int bad, int requests)
    {
        var firing = await FiringAsync(bad, requests);

        Assert.All(
            [
                "api-availability-fast-burn", "api-availability-slow-burn", "playback-availability-fast-burn",
                "playback-availability-slow-burn", "api-errors", "playback-success", "playback-fetches", "cdn-errors",
            ],
            alert => Assert.Contains(alert, firing));
    }

    [Fact]
    public async Task Slow_requests_page_someone_if_there_are_a_hundred()
    {
        Assert.Contains("api-latency-fast-burn", await FiringAsync(bad: 30, requests: 100));
        Assert.DoesNotContain("api-latency-fast-burn", await FiringAsync(bad: 30, requests: 90));
    }

    [Theory]
    [InlineData(2, 2, false)]
    [InlineData(4, 4, true)]
    [InlineData(4, 5_000, false)]
    [InlineData(5_000, 5_000_000, false)]
    [InlineData(500_000, 5_000_000, true)]
    public async Task Background_functions_fail_repeatedly_if_it_is_more_than_a_few_of_many(int bad, int requests, bool fires) =>
        Assert.Equal(fires, Holds(Query(await AlertAsync("background-failures")), bad, requests));

    [Theory]
    [InlineData(1, 2, false)]
    [InlineData(50, 90, false)]
    [InlineData(50, 200, true)]
    [InlineData(195, 200, false)]
    public async Task The_cache_hit_rate_counts_from_a_hundred_requests(int hits, int requests, bool fires) =>
        Assert.Equal(fires, Holds(Query(await AlertAsync("cache-hits")), hits, requests));

    private static async Task<ImmutableArray<string>> FiringAsync(int bad, int requests)
    {
        var deployed = await Deployed.To("dev");
        var goals = deployed.Of("monitoring/slo").ToDictionary(slo => (string)slo.State["name"], slo => slo.Numbers("goal").Single());
        var alerts = deployed.Of("monitoring/alertPolicy")
            .Where(alert => goals.Keys.Any(goal => Burn(alert).Any(match => match.Groups["slo"].Value == goal)) || IsRatio(alert))
            .ToList();
        Assert.True(alerts.Count >= 16);
        return [.. alerts.Where(Fires).Select(alert => alert.Name)];

        bool Fires(Declared alert) => IsRatio(alert) ? Holds(Query(alert), bad, requests) : alert.Maps("conditions").All(condition =>
        {
            var threshold = (ImmutableDictionary<string, object>)condition["conditionThreshold"];
            Assert.Equal("COMPARISON_GT", threshold["comparison"]);
            var filter = (string)threshold["filter"];
            var value = BurnPattern().Match(filter) is { Success: true } burn
                ? (double)bad / requests / (1 - goals[burn.Groups["slo"].Value])
                : CountsFailures(filter) ? bad : requests;
            return value > (double)threshold["thresholdValue"];
        });
    }

    private static IEnumerable<Match> Burn(Declared alert) =>
        alert.Texts("conditions.conditionThreshold.filter").Select(filter => BurnPattern().Match(filter)).Where(match => match.Success);

    private static bool CountsFailures(string filter) => filter.Contains("response_code_class", StringComparison.Ordinal);

    // Alerts on a ratio of failed requests.
    private static bool IsRatio(Declared alert) =>
        alert.Name is "playback-success" or "playback-fetches" or "api-errors" or "cdn-errors";

    private static string Query(Declared alert) => alert.Text("conditions.conditionPrometheusQueryLanguage.query")!;

    private static async Task<Declared> AlertAsync(string name) =>
        Assert.Single((await Deployed.To("dev")).Of("monitoring/alertPolicy"), alert => alert.Name == name);

    // Evaluates comparisons that are joined by `and`. The left side of each is a count, or the ratio of two. The series of the part have
    // more labels than those of the whole.
    private static bool Holds(string query, double part, double whole)
    {
        var series = CountPattern().Matches(query).Select(match => match.Groups["series"].Value).Distinct();
        var all = series.OrderBy(name => name.Length).ToList() is [var total, var some]
            ? (Whole: total, Part: some)
            : throw new FormatException(query);
        return query.Split(" and ").All(comparison =>
        {
            var match = ComparisonPattern().Match(comparison);
            Assert.True(match.Success, comparison);
            var values = CountPattern().Matches(match.Groups["left"].Value)
                .Select(count => count.Groups["series"].Value == all.Part ? part : whole)
                .ToList();
            var left = values is [var dividend, var divisor] ? dividend / divisor : values.Single();
            var right = double.Parse(match.Groups["right"].Value, CultureInfo.InvariantCulture);
            return match.Groups["operator"].Value switch
            {
                ">" => left > right,
                ">=" => left >= right,
                "<" => left < right,
                var other => throw new FormatException(other),
            };
        });
    }

    [GeneratedRegex("^select_slo_burn_rate\\(\"(?<slo>.+)\", \".+\"\\)$")]
    private static partial Regex BurnPattern();

    [GeneratedRegex("(rate|increase)\\((?<series>\\w+:\\w+\\{[^}]*\\})\\[(5m|1h)\\]\\)")]
    private static partial Regex CountPattern();

    [GeneratedRegex("^(?<left>.+) (?<operator>[<>]=?) (?<right>[0-9.]+)$")]
    private static partial Regex ComparisonPattern();
}
