using Spotify.Catalog.ResumePoints;

namespace Spotify.Functions.Tests.ResumePoints;

/// <summary>The rule by which an episode or chapter counts as fully played.</summary>
public sealed class ResumePointTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(0, 1_000_000, 0)]
    [InlineData(-1, 1_000_000, 0)]
    [InlineData(long.MinValue, 1_000_000, 0)]
    [InlineData(500_000, 1_000_000, 500_000)]
    [InlineData(970_000, 1_000_000, 970_000)]
    [InlineData(9_799_999, 10_000_000, 9_799_999)]
    [InlineData(14_999, 30_000, 14_999)]
    [InlineData(0, 10_000, 0)]
    [InlineData(123, 0, 123)]
    [InlineData(long.MaxValue, 0, long.MaxValue)]
    public void Is_the_position_before_the_end(long position, long duration, long expected) =>
        Assert.Equal(new ResumePoint("id", expected, false, At), ResumePoint.At("id", position, duration, false, At));

    [Theory]
    [InlineData(970_001, 1_000_000)]
    [InlineData(9_800_000, 10_000_000)]
    [InlineData(15_000, 30_000)]
    [InlineData(10_000_000, 10_000_000)]
    [InlineData(10_000_001, 10_000_000)]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(long.MaxValue, 1)]
    public void Is_fully_played_at_98_percent_or_in_the_last_30_seconds(long position, long duration) =>
        Assert.Equal(ResumePoint.Played("id", At), ResumePoint.At("id", position, duration, false, At));

    [Fact]
    public void Is_the_position_if_the_duration_is_unknown() =>
        Assert.Equal(new ResumePoint("id", 5, false, At), ResumePoint.At("id", 5, null, false, At));

    [Theory]
    [InlineData(0, 1_000_000L)]
    [InlineData(5, null)]
    public void Is_fully_played_if_the_item_ended(long position, long? duration) =>
        Assert.Equal(new ResumePoint("id", 0, true, At), ResumePoint.At("id", position, duration, true, At));
}
