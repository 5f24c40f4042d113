using System.Globalization;
using Spotify.Functions;
using Spotify.Local.Schedules;

namespace Spotify.Local.Tests.Schedules;

public sealed class CronTimesTests
{
    [Theory]
    [InlineData("*/10 * * * *", "Etc/UTC", "2026-11-21T16:00:00Z", "2026-11-21T16:10:00Z")]
    [InlineData("*/10 * * * *", "Etc/UTC", "2026-11-21T16:09:59.999Z", "2026-11-21T16:10:00Z")]
    [InlineData("0 5 * * 1", "Etc/UTC", "2026-11-21T16:00:00Z", "2026-11-23T05:00:00Z")]
    [InlineData("30 6 * * *", "Europe/Stockholm", "2026-11-21T16:00:00Z", "2026-11-22T05:30:00Z")]
    [InlineData("30 6 * * *", "Europe/Stockholm", "2026-07-01T16:00:00Z", "2026-07-02T04:30:00Z")]
    // 02:30 does not exist on 2026-03-29 in Stockholm: the clock goes from 02:00 to 03:00.
    [InlineData("30 2 * * *", "Europe/Stockholm", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z")]
    // 02:30 occurs twice on 2026-10-25 in Stockholm, first in summer time.
    [InlineData("30 2 * * *", "Europe/Stockholm", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("30 2 * * *", "Europe/Stockholm", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    // An interval continues through the repeated hour and the skipped hour.
    [InlineData("*/20 * * * *", "Europe/Stockholm", "2026-10-25T00:40:00Z", "2026-10-25T01:00:00Z")]
    [InlineData("0 * * * *", "Europe/Stockholm", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z")]
    [InlineData("0 * * * *", "Europe/Stockholm", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z")]
    [InlineData("0 * * * *", "Europe/Stockholm", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("0 * * * *", "Europe/Stockholm", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z")]
    public void Returns_the_next_time(string cron, string zone, string after, string expected) =>
        Assert.Equal(Time(expected), new CronTimes(cron, zone).Next(Time(after)));

    [Theory]
    [InlineData("*/10 * * *", "Etc/UTC")]
    [InlineData("61 * * * *", "Etc/UTC")]
    [InlineData("", "Etc/UTC")]
    [InlineData("0 0 1 * 1", "Etc/UTC")]
    [InlineData("0 0 * * *", "Mars/Olympus")]
    public void Rejects_an_invalid_schedule(string cron, string zone) => Assert.Throws<ArgumentException>(() => new CronTimes(cron, zone));

    [Fact]
    public void Every_schedule_of_a_function_is_valid() => Assert.All(
        FunctionDefinitions.All.SelectMany(function => function.Schedules),
        schedule => new CronTimes(schedule.Cron, schedule.TimeZone).Next(DateTimeOffset.UtcNow));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
