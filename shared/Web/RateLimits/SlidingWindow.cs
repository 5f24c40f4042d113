namespace Spotify.Web.RateLimits;

/// <summary>
/// The requests of one caller in the last window, each with its time: exact, at 8 bytes a request. Only those let through count, so
/// that a client that does not wait is slowed down to the limit and not locked out.
/// </summary>
/// <param name="limit">The most requests in a window.</param>
/// <param name="window">The window's length, in ticks of the clock.</param>
internal sealed class SlidingWindow(int limit, long window)
{
    private const int FewRequests = 8;

    private readonly Lock gate = new();
    private long[] times = new long[Math.Min(limit, FewRequests)];
    private int first;
    private int count;

    /// <summary>Counts a request in, if there is room for it.</summary>
    /// <param name="wait">Otherwise how long it takes until there is, in ticks of the clock.</param>
    public bool TryEnter(long now, out long wait)
    {
        lock (gate)
        {
            while (count > 0 && times[first] <= now - window)
            {
                first = (first + 1) % times.Length;
                count--;
            }

            wait = count < limit ? 0 : times[first] + window - now;
            if (wait > 0) return false;
            if (count == times.Length) Grow();
            times[(first + count++) % times.Length] = now;
            return true;
        }
    }

    /// <summary>Takes the last request out again.</summary>
    public void Leave()
    {
        lock (gate) count = Math.Max(0, count - 1);
    }

    private void Grow()
    {
        var grown = new long[Math.Min(limit, times.Length * 2)];
        for (var i = 0; i < count; i++) grown[i] = times[(first + i) % times.Length];
        (times, first) = (grown, 0);
    }
}
