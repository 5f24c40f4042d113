namespace Spotify.Local.Queues;

/// <summary>How many may start: an even pace, from which a start may be ahead by no more than a tenth of a second. Not for use by two callers at once.</summary>
/// <param name="perSecond">The pace.</param>
/// <seealso href="https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm"/>
internal sealed class Pace(double perSecond)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(365);

    private readonly TimeSpan interval = new((long)Math.Ceiling(Math.Min(TimeSpan.TicksPerSecond / perSecond, LongestInterval.Ticks)));

    // When the next one would start at an even pace.
    private DateTimeOffset even = DateTimeOffset.UnixEpoch;

    /// <summary>When one may start.</summary>
    public DateTimeOffset NextAt => even - Tolerance;

    /// <summary>How many may start now.</summary>
    public int Allowed(DateTimeOffset now)
    {
        var ahead = now + Tolerance - Later(now, even);
        return ahead < TimeSpan.Zero ? 0 : 1 + (int)(ahead / interval);
    }

    /// <summary>Counts starts.</summary>
    public void Start(int count, DateTimeOffset now)
    {
        if (count > 0) even = Later(now, even) + (count * interval);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
