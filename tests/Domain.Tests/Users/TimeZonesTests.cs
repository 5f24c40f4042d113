using Spotify.Domain.Catalog;
using Spotify.Domain.Users;

namespace Spotify.Domain.Tests.Users;

public sealed class TimeZonesTests
{
    [Fact]
    public void Every_market_has_a_time_zone_that_this_machine_knows() => Assert.All(
        Markets.All,
        market =>
        {
            var id = TimeZones.IdOf(null, market);
            Assert.Equal(id, TimeZones.Canonical(id));
            Assert.Equal(id, TimeZones.Of(null, market).Id);
        });

    [Theory]
    [InlineData("SE", "Europe/Stockholm")]
    [InlineData("US", "America/New_York")]
    [InlineData("BR", "America/Sao_Paulo")]
    [InlineData("ID", "Asia/Jakarta")]
    [InlineData("XK", "Europe/Belgrade")]
    [InlineData("ZZ", "Etc/UTC")]
    public void The_country_decides_until_the_user_does(string country, string expected)
    {
        Assert.Equal(expected, TimeZones.IdOf(null, country));
        Assert.Equal("Asia/Kathmandu", TimeZones.IdOf("Asia/Kathmandu", country));
    }

    [Theory]
    [InlineData("America/Argentina/Ushuaia", "America/Argentina/Ushuaia")]
    [InlineData("Asia/Calcutta", "Asia/Kolkata")]
    [InlineData("UTC", "Etc/UTC")]
    [InlineData("Etc/UTC", "Etc/UTC")]
    [InlineData("europe/stockholm", null)]
    [InlineData("W. Europe Standard Time", null)]
    [InlineData("CET", null)]
    [InlineData("US/Eastern", null)]
    [InlineData("../../etc/passwd", null)]
    [InlineData("", null)]
    public void Ids_are_stored_in_one_form(string id, string? expected) => Assert.Equal(expected, TimeZones.Canonical(id));

    [Fact]
    public void Zones_that_the_machine_does_not_know_are_UTC() =>
        Assert.Equal(TimeSpan.Zero, TimeZones.Of("Mars/Olympus_Mons", "SE").BaseUtcOffset);

    [Fact]
    public void Shards_are_even()
    {
        var shards = Enumerable.Range(0, 64_000).GroupBy(i => ActiveListeners.ShardOf($"listener-{i}")).ToList();
        Assert.Equal(ActiveListeners.Shards, shards.Count);
        Assert.All(shards, shard => Assert.InRange(shard.Count(), 800, 1200));
    }
}
