using Microsoft.Extensions.Options;
using Spotify.Fixtures;
using Spotify.Functions.Playback.Cdn;

namespace Spotify.Functions.Tests.Cdn;

public class CdnHealthTests
{
    private static readonly CdnOptions Options = new()
    {
        Cdns = [new() { Name = "a", BaseUrl = "https://a.example" }, new() { Name = "b", BaseUrl = "https://b.example" }],
        HalfLife = TimeSpan.FromMinutes(2),
        MinReporters = 3,
        UnhealthyShare = 0.2,
        HealthyShare = 0.05,
        MaxClients = 1000,
    };

    private readonly ManualTimeProvider clock = new();
    private readonly CdnHealth health;

    public CdnHealthTests() => health = new CdnHealth(Microsoft.Extensions.Options.Options.Create(Options), clock);

    private CdnHealthState A => health.StateOf("a");

    [Fact]
    public void A_CDN_is_healthy_at_first() => Assert.Equal(new CdnHealthState(true, 1, 0, 0), A);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    public void One_client_cannot_change_the_health(int others)
    {
        Grant(others);
        for (var i = 0; i < 10_000; i++)
        {
            health.RecordGrant("a", "hostile");
            health.RecordFailure("a", "hostile");
            Assert.True(A.IsHealthy);
            Assert.Equal(1, A.Availability);
            Assert.InRange(A.FailingClients, 0, 1.0000001);
            clock.Advance(TimeSpan.FromMilliseconds(i % 2000));
        }
    }

    [Fact]
    public void Fewer_clients_than_the_minimum_do_not_change_the_health()
    {
        Fail(2);
        Assert.True(A.IsHealthy);
        Assert.Equal(1, A.Availability);
    }

    [Fact]
    public void The_minimum_number_of_clients_within_a_half_life_makes_a_CDN_unhealthy()
    {
        Fail(2);
        clock.Advance(Options.HalfLife);
        health.RecordFailure("a", "third");
        Assert.False(A.IsHealthy);
        Assert.True(health.StateOf("b").IsHealthy);
    }

    [Fact]
    public void The_minimum_number_of_clients_over_a_longer_time_does_not_change_the_health()
    {
        Fail(2);
        clock.Advance(Options.HalfLife + TimeSpan.FromSeconds(1));
        health.RecordFailure("a", "third");
        Assert.True(A.IsHealthy);
    }

    [Fact]
    public void A_small_share_of_the_clients_changes_the_availability_only()
    {
        Grant(100);
        Fail(20);
        Assert.True(A.IsHealthy);
        Assert.Equal(new CdnHealthState(true, 1 - (18 / 100.0), 20, 100), A, Close);
        Fail(21);
        Assert.False(A.IsHealthy);
        Assert.Equal(new CdnHealthState(false, 1 - (21 / 100.0), 21, 100), A, Close);
    }

    [Fact]
    public void Counts_halve_with_every_half_life()
    {
        Grant(100);
        Fail(10);
        clock.Advance(Options.HalfLife);
        Assert.Equal(new CdnHealthState(true, 1 - (3 / 50.0), 5, 50), A, Close);
        health.RecordFailure("a", "client 0");
        Assert.Equal(5.5, A.FailingClients, 6);
        Assert.Equal(50.5, A.Clients, 6);
        health.RecordFailure("a", "client 0");
        Assert.Equal(5.5, A.FailingClients, 6);
    }

    [Fact]
    public void A_CDN_becomes_healthy_when_reports_stop()
    {
        Grant(100);
        Fail(100);
        Assert.False(A.IsHealthy);

        // 100 %, 50 %, 25 %, 12.5 %, 6.25 %: not below 5 % before the fifth half-life.
        clock.Advance(4 * Options.HalfLife);
        Assert.False(A.IsHealthy);
        Assert.Equal(1 - 0.0625, A.Availability, 6);
        clock.Advance(Options.HalfLife);
        Assert.Equal(new CdnHealthState(true, 1, 0, 0), A);
    }

    [Fact]
    public void A_CDN_stays_unhealthy_while_clients_with_older_urls_report()
    {
        Grant(100);
        Fail(50);
        for (var i = 0; i < 20; i++)
        {
            clock.Advance(Options.HalfLife);
            health.RecordFailure("a", $"client {50 + i}");
            health.RecordFailure("a", $"client {70 + i}");
            health.RecordFailure("a", $"client {10 + i}");
            health.RecordFailure("a", $"client {20 + i}");
            Assert.False(A.IsHealthy);
        }
    }

    [Fact]
    public void A_CDN_that_still_fails_becomes_unhealthy_again_at_the_minimum()
    {
        Grant(100);
        Fail(100);
        clock.Advance(5 * Options.HalfLife);
        Assert.True(A.IsHealthy);
        Fail(2);
        Assert.True(A.IsHealthy);
        Fail(3);
        Assert.False(A.IsHealthy);
    }

    [Fact]
    public void The_health_does_not_flap_at_the_threshold()
    {
        Grant(100);
        Fail(21);
        Assert.False(A.IsHealthy);
        clock.Advance(Options.HalfLife);
        Assert.False(A.IsHealthy);
    }

    [Fact]
    public void The_number_of_tracked_clients_is_limited()
    {
        Grant(100);
        Fail(30);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 200_000; i++) health.RecordGrant("a", $"passer-by {i}");
        Assert.InRange(A.Clients, Options.MaxClients / 2.0, Options.MaxClients);
        Assert.Equal(0, A.FailingClients, 6);
    }

    [Fact]
    public async Task Concurrent_reports_are_counted_exactly()
    {
        Grant(400);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                health.RecordGrant("a", $"client {i % 400}");
                if (i % 400 < 40) health.RecordFailure("a", $"client {i % 400}");
                _ = A;
            }
        })));
        Assert.Equal(new CdnHealthState(true, 1 - (38 / 400.0), 40, 400), A, Close);
    }

    [Fact]
    public void Rejects_unknown_CDNs() => Assert.Throws<KeyNotFoundException>(() => health.StateOf("c"));

    private static bool Close(CdnHealthState x, CdnHealthState y) =>
        x.IsHealthy == y.IsHealthy
        && Math.Abs(x.Availability - y.Availability) < 1e-6
        && Math.Abs(x.FailingClients - y.FailingClients) < 1e-6
        && Math.Abs(x.Clients - y.Clients) < 1e-6;

    private void Grant(int count)
    {
        for (var i = 0; i < count; i++) health.RecordGrant("a", $"client {i}");
    }

    private void Fail(int count)
    {
        for (var i = 0; i < count; i++) health.RecordFailure("a", $"client {i}");
    }
}
