using Spotify.Domain.Playlists;

namespace Spotify.Domain.Tests.Playlists;

public sealed class SurfaceTests
{
    [Theory]
    [InlineData("2026-11-22T23:59:59Z", "Etc/UTC", "2026-11-16", "2026-11-16T00:00:00Z")]
    [InlineData("2026-11-23T00:00:00Z", "Etc/UTC", "2026-11-23", "2026-11-23T00:00:00Z")]
    [InlineData("2026-11-22T10:00:00Z", "Pacific/Kiritimati", "2026-11-23", "2026-11-22T10:00:00Z")]
    [InlineData("2026-11-23T10:59:59Z", "Pacific/Pago_Pago", "2026-11-16", "2026-11-16T11:00:00Z")]
    [InlineData("2026-11-22T18:30:00Z", "Asia/Kolkata", "2026-11-23", "2026-11-22T18:30:00Z")]
    public void A_week_begins_on_the_local_Monday(string now, string timeZone, string date, string start) =>
        AssertPeriod(Surface.DiscoverWeekly, now, timeZone, date, start);

    [Theory]
    // Clocks went forward at midnight: the day began at 01:00.
    [InlineData("2018-11-04T12:00:00Z", "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z")]
    // Clocks went back at 01:00, so that midnight came twice.
    [InlineData("2026-11-01T12:00:00Z", "America/Havana", "2026-11-01", "2026-11-01T04:00:00Z")]
    public void A_day_begins_once_when_clocks_change(string now, string timeZone, string date, string start) =>
        AssertPeriod(Surface.OnRepeat, now, timeZone, date, start);

    [Fact]
    public void Release_radar_begins_on_Friday() =>
        AssertPeriod(Surface.ReleaseRadar, "2026-11-26T23:30:00Z", "Europe/Stockholm", "2026-11-27", "2026-11-26T23:00:00Z");

    [Fact]
    public void Ids_are_distinct() => Assert.Equal(Surface.All.Count, Surface.All.Select(surface => surface.Id).Distinct().Count());

    private static void AssertPeriod(Surface surface, string now, string timeZone, string date, string start)
    {
        var period = surface.PeriodAt(Time(now), TimeZoneInfo.FindSystemTimeZoneById(timeZone));
        Assert.Equal((date, Time(start)), (period.Key, period.StartsAt));
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
