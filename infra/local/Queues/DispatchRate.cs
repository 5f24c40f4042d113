namespace Spotify.Local.Queues;

/// <summary>
/// A rate limiter that spaces dispatches evenly. A dispatch may start at most a tenth of a second early. Not thread-safe.
/// </summary>
/// <param name="perSecond">The rate limit, in dispatches per second.</param>
/// <seealso href="https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm"/>
internal sealed class DispatchRate(double perSecond)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(365);

    private readonly TimeSpan interval = new((long)Math.Ceiling(Math.Min(TimeSpan.TicksPerSecond / perSecond, LongestInterval.Ticks)));

    // The time of the next dispatch if dispatches are spaced evenly.
    private DateTimeOffset even = DateTimeOffset.UnixEpoch;

    /// <summary>The time from which the next dispatch is allowed.</summary>
    public DateTimeOffset NextAt => even - Tolerance;

    /// <summary>Returns the number of dispatches that are allowed now.</summary>
    public int Allowed(DateTimeOffset now)
    {
        var ahead = now + Tolerance - Later(now, even);
        return ahead < TimeSpan.Zero ? 0 : 1 + (int)(ahead / interval);
    }

    /// <summary>Counts dispatches.</summary>
    public void Start(int count, DateTimeOffset now)
    {
        if (count > 0) even = Later(now, even) + (count * interval);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
