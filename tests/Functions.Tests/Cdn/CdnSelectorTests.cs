using Microsoft.Extensions.Options;
using Spotify.Fixtures;
using Spotify.Functions.Playback.Cdn;

namespace Spotify.Functions.Tests.Cdn;

public class CdnSelectorTests
{
    private static readonly CdnDefinition Fast = new()
    {
        Name = "fast",
        BaseUrl = "https://fast.example",
        LatencyMs = 20,
        LatencyMsByMarket = { ["BR"] = 200 },
        CostPerGb = 0.08,
    };
    private static readonly CdnDefinition Cheap = new()
    {
        Name = "cheap",
        BaseUrl = "https://cheap.example",
        LatencyMs = 40,
        CostPerGb = 0.02,
    };
    private static readonly CdnDefinition Third = new()
    {
        Name = "third",
        BaseUrl = "https://third.example",
        LatencyMs = 80,
        CostPerGb = 0.04,
    };

    private readonly ManualTimeProvider clock = new();

    [Fact]
    public void Scores_latency_availability_and_cost()
    {
        var (selector, _) = Selector(Fast, Cheap, Third);
        AssertScores(
        [
            ("fast", 0.5 + 0.3 + (0.2 * 0.25)), // 20/20, 1, 0.02/0.08
            ("cheap", (0.5 * 0.5) + 0.3 + 0.2), // 20/40, 1, 0.02/0.02
            ("third", (0.5 * 0.25) + 0.3 + (0.2 * 0.5)), // 20/80, 1, 0.02/0.04
        ], selector, null);
        Assert.Equal("fast", selector.Rank("DE")[0].Cdn.Name);
    }

    [Fact]
    public void Scores_by_market()
    {
        var (selector, _) = Selector(Fast, Cheap, Third);
        AssertScores(
        [
            ("cheap", 0.5 + 0.3 + 0.2),
            ("third", (0.5 * 0.5) + 0.3 + (0.2 * 0.5)),
            ("fast", (0.5 * 0.2) + 0.3 + (0.2 * 0.25)), // 40/200
        ], selector, "BR");
    }

    [Fact]
    public void Scores_availability()
    {
        var (selector, health) = Selector(Fast, Cheap);
        for (var i = 0; i < 100; i++) health.RecordGrant("fast", $"{i}");
        for (var i = 0; i < 17; i++) health.RecordFailure("fast", $"{i}");

        // Of 17 failures, 2 are not counted because the minimum is 3, so that the availability is 85 %.
        AssertScores([("fast", 0.5 + (0.3 * 0.85) + (0.2 * 0.25)), ("cheap", 0.25 + 0.3 + 0.2)], selector, null);
    }

    [Fact]
    public void A_free_CDN_has_the_best_cost_score()
    {
        var (selector, _) = Selector(Fast, Cheap with { CostPerGb = 0 });
        AssertScores([("fast", 0.5 + 0.3), ("cheap", 0.25 + 0.3 + 0.2)], selector, null);
    }

    [Fact]
    public void Prefers_the_first_CDN_of_equal_scores()
    {
        var (selector, _) = Selector(Cheap with { Name = "x" }, Cheap with { Name = "y", BaseUrl = "https://y.example" });
        Assert.Equal("x", selector.Rank(null)[0].Cdn.Name);
    }

    [Fact]
    public void Moves_the_traffic_away_from_a_failing_CDN_and_back()
    {
        var (selector, health) = Selector(Fast, Cheap);
        var users = Enumerable.Range(0, 50).Select(i => $"user {i}").ToList();

        // Every listener plays something each half minute. The fast CDN is down from minute 5 to minute 20.
        var failures = 0;
        var chosen = new List<string>();
        for (var tick = 0; tick < 80; tick++)
        {
            var isDown = tick is >= 10 and < 40;
            foreach (var user in users)
            {
                var cdn = selector.Rank("DE")[0].Cdn.Name;
                health.RecordGrant(cdn, user);
                if (isDown && cdn == "fast")
                {
                    failures++;
                    health.RecordFailure(cdn, user);
                }
            }

            chosen.Add(selector.Rank("DE")[0].Cdn.Name);
            clock.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.All(chosen[..10], name => Assert.Equal("fast", name));
        Assert.Equal("cheap", chosen[10]);
        Assert.Equal("cheap", chosen[39]);
        Assert.All(chosen[^20..], name => Assert.Equal("fast", name));

        // At most the plays of one tick fail. Each later attempt affects only the minimum number of reporters.
        Assert.InRange(failures, 3, 50);
    }

    [Fact]
    public void Uses_the_most_available_CDN_when_all_are_unhealthy()
    {
        var (selector, health) = Selector(Fast, Cheap);
        for (var i = 0; i < 10; i++)
        {
            health.RecordGrant("fast", $"{i}");
            health.RecordGrant("cheap", $"{i}");
        }

        for (var i = 0; i < 8; i++) health.RecordFailure("fast", $"{i}");
        for (var i = 0; i < 4; i++) health.RecordFailure("cheap", $"{i}");
        Assert.All(selector.Rank(null), ranked => Assert.False(ranked.Health.IsHealthy));
        Assert.Equal(["cheap", "fast"], selector.Rank(null).Select(ranked => ranked.Cdn.Name));
        Assert.Equal("cheap", selector.Rank(null)[0].Cdn.Name);
    }

    [Fact]
    public void Without_configuration_the_edge_is_used()
    {
        var (selector, _) = Selector();
        Assert.Equal(
            ("edge", null, "cloud-cdn"),
            (selector.Rank("DE")[0].Cdn.Name, selector.Rank("DE")[0].Cdn.BaseUrl, selector.Rank("DE")[0].Cdn.Format));
    }

    private static void AssertScores((string Name, double Score)[] expected, CdnSelector selector, string? market)
    {
        var ranked = selector.Rank(market);
        Assert.Equal(expected.Select(item => item.Name), ranked.Select(item => item.Cdn.Name));
        Assert.All(expected.Zip(ranked), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 9));
    }

    private (CdnSelector Selector, CdnHealth Health) Selector(params CdnDefinition[] cdns)
    {
        var options = Options.Create(new CdnOptions { Cdns = cdns });
        var health = new CdnHealth(options, clock);
        return (new CdnSelector(options, health), health);
    }
}
