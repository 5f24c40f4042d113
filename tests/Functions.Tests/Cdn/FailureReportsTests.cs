using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Domain.Signing;
using Spotify.Fixtures;
using Spotify.Functions.Playback.Cdn;

namespace Spotify.Functions.Tests.Cdn;

public class FailureReportsTests
{
    private const string Path = "/tracks/4cOdK2wGLETKBW3PvgPWqT/9f86d081/high.ogg";

    private static readonly CdnDefinition Cloud = new() { Name = "cloud", BaseUrl = "https://cloud.example", KeyName = "k1" };
    private static readonly CdnDefinition Own = new() { Name = "own" };
    private static readonly CdnDefinition Partner1 = new()
    {
        Name = "partner1",
        BaseUrl = "https://p1.example",
        Format = "partner",
        KeyName = "k1",
    };
    private static readonly CdnDefinition Partner2 = new()
    {
        Name = "partner2",
        BaseUrl = "https://p2.example",
        Format = "partner",
        KeyName = "k2",
    };

    private static readonly CdnDefinition[] Configured = [Cloud, Own, Partner1, Partner2];

    private readonly ManualTimeProvider clock = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
    private readonly SigningKeys keys = new(
        new SigningKeyRing("k1", new SigningKey("k1", new byte[16]), new SigningKey("k2", [.. Enumerable.Repeat((byte)2, 16)])));
    private readonly CdnHealth health;
    private readonly CdnUrls urls;
    private readonly FailureReports reports;

    public FailureReportsTests()
    {
        var options = Options.Create(new CdnOptions { Cdns = Configured });
        health = new CdnHealth(options, clock);
        urls = new CdnUrls(options, keys);
        reports = new FailureReports(options, health, keys, clock);
    }

    public static TheoryData<string> Cdns => ["cloud", "own", "partner1", "partner2"];

    [Theory]
    [MemberData(nameof(Cdns))]
    public void Counts_a_failure_against_its_CDN(string name)
    {
        Assert.Equal(FailureReportResult.Counted, reports.Accept("alice", Granted(name), null));
        Assert.Equal([name], Configured.Select(cdn => cdn.Name).Where(cdn => health.StateOf(cdn).FailingClients > 0));
    }

    [Theory]
    [MemberData(nameof(Cdns))]
    public void Counts_one_client_once(string name)
    {
        for (var i = 0; i < 100; i++) reports.Accept("alice", Granted(name), 503);
        Assert.Equal(1, health.StateOf(name).FailingClients, 6);
        Assert.True(health.StateOf(name).IsHealthy);
    }

    [Fact]
    public void Failures_of_many_clients_make_a_CDN_unhealthy()
    {
        for (var i = 0; i < 3; i++)
            Assert.Equal(FailureReportResult.Counted, reports.Accept($"user {i}", Granted("cloud", $"user {i}"), null));
        Assert.False(health.StateOf("cloud").IsHealthy);
    }

    [Theory]
    [InlineData(null, FailureReportResult.Counted)]
    [InlineData(500, FailureReportResult.Counted)]
    [InlineData(503, FailureReportResult.Counted)]
    [InlineData(408, FailureReportResult.Counted)]
    [InlineData(429, FailureReportResult.Counted)]
    [InlineData(403, FailureReportResult.Counted)]
    [InlineData(200, FailureReportResult.NotCounted)]
    [InlineData(304, FailureReportResult.NotCounted)]
    [InlineData(404, FailureReportResult.NotCounted)]
    [InlineData(416, FailureReportResult.NotCounted)]
    [InlineData(0, FailureReportResult.InvalidStatus)]
    [InlineData(-1, FailureReportResult.InvalidStatus)]
    [InlineData(600, FailureReportResult.InvalidStatus)]
    public void Counts_only_failures_caused_by_the_CDN(int? status, FailureReportResult expected)
    {
        Assert.Equal(expected, reports.Accept("alice", Granted("cloud"), status));
        Assert.Equal(expected == FailureReportResult.Counted ? 1 : 0, health.StateOf("cloud").FailingClients, 6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("https://cloud.example")]
    [InlineData("https://cloud.example" + Path)]
    [InlineData("https://cloud.example" + Path + "?Expires=1999999999&KeyName=k1&Signature=AAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("https://p1.example" + Path + "?exp=1999999999&uid=alice&kid=k1&sig=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void Rejects_urls_that_were_not_issued(string url) =>
        Assert.Equal(FailureReportResult.NotGranted, reports.Accept("alice", url, null));

    [Fact]
    public void Rejects_altered_urls()
    {
        var url = Granted("cloud");
        Assert.Equal(
            FailureReportResult.NotGranted,
            reports.Accept("alice", url.Replace("cloud.example", "own.example", StringComparison.Ordinal), null));
        Assert.Equal(FailureReportResult.NotGranted, reports.Accept("alice", url + "&x=1", null));
    }

    [Fact]
    public void Rejects_urls_of_another_client() =>
        Assert.Equal(FailureReportResult.OtherClient, reports.Accept("mallory", Granted("partner1"), null));

    [Fact]
    public void A_url_of_one_partner_does_not_count_against_another()
    {
        var url = Granted("partner1").Replace("p1.example", "p2.example", StringComparison.Ordinal);
        Assert.Equal(FailureReportResult.UnknownCdn, reports.Accept("alice", url, null));
        Assert.Equal(0, health.StateOf("partner2").FailingClients);
    }

    [Fact]
    public void A_url_of_one_format_does_not_count_against_a_CDN_of_another()
    {
        var url = new CloudCdnSigner().Sign("https://p1.example" + Path, clock.GetUtcNow().AddHours(1), null, keys.Ring.Current);
        Assert.Equal(FailureReportResult.UnknownCdn, reports.Accept("alice", url, null));
    }

    [Fact]
    public void A_report_is_accepted_shortly_after_the_expiry()
    {
        var url = Granted("cloud");
        clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(10));
        Assert.Equal(FailureReportResult.NotCounted, reports.Accept("alice", url, 403));
        Assert.Equal(FailureReportResult.Counted, reports.Accept("alice", url, null));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FailureReportResult.TooOld, reports.Accept("alice", url, null));
    }

    [Fact]
    public void Old_keys_are_accepted_until_they_are_removed()
    {
        var url = Granted("partner2");
        keys.Replace(keys.Ring.Without("k2"));
        Assert.Equal(FailureReportResult.NotGranted, reports.Accept("alice", url, null));
    }

    [Theory]
    [InlineData("cloud", "https://cloud.example" + Path + "?Expires=1772456400&KeyName=k1&Signature=")]
    [InlineData("own", "http://127.0.0.1:8080" + Path + "?Expires=1772456400&KeyName=k1&Signature=")]
    [InlineData("partner2", "https://p2.example" + Path + "?exp=1772456400&uid=alice&kid=k2&sig=")]
    public void Urls_have_the_base_of_the_CDN(string name, string start)
    {
        Assert.StartsWith(start, Granted(name), StringComparison.Ordinal);
        Assert.Equal(1, health.StateOf(name).Clients, 6);
    }

    [Fact]
    public void Options_are_bound_and_validated_at_startup()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Cdns:0:Name"] = "x",
            ["Cdns:0:BaseUrl"] = "https://x.example",
            ["Cdns:0:LatencyMsByMarket:BR"] = "200",
            ["Cdns:1:Name"] = "y",
            ["Cdns:1:Format"] = "partner",
            ["HalfLife"] = "00:00:30",
        }).Build();
        var services = new ServiceCollection().AddSingleton(keys).AddSingleton<TimeProvider>(clock);
        services.AddCdns().Bind(configuration);
        using var provider = services.BuildServiceProvider();
        Assert.Equal(["x", "y"], provider.GetRequiredService<CdnSelector>().Rank("DE").Select(ranked => ranked.Cdn.Name));
        Assert.Equal(200, provider.GetRequiredService<IOptions<CdnOptions>>().Value.All[0].LatencyIn("BR"));
        Assert.NotNull(provider.GetRequiredService<FailureReports>());
        Assert.NotNull(provider.GetRequiredService<CdnUrls>());
    }

    private string Granted(string name, string user = "alice")
    {
        var cdn = Configured.Single(candidate => candidate.Name == name);
        health.RecordGrant(name, user);
        return urls.Sign(cdn, "http://127.0.0.1:8080", Path, clock.GetUtcNow().AddHours(1), user);
    }
}
