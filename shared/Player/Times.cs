namespace Spotify.Player;

/// <summary>The precision of times in documents.</summary>
internal static class Times
{
    /// <summary>Returns a time in UTC without fractions of a millisecond.</summary>
    public static DateTimeOffset WholeMs(this DateTimeOffset time) => OfMs(time.ToUnixTimeMilliseconds());

    /// <summary>Returns the time of Unix milliseconds, cut to the range of <see cref="DateTimeOffset"/>.</summary>
    public static DateTimeOffset OfMs(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Clamp(ms, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
