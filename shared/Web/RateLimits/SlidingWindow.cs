namespace Spotify.Web.RateLimits;

/// <summary>
/// The times of one caller's requests in the last window, at 8 bytes per request. Rejected requests are not counted, so that a client that
/// keeps sending is limited but not locked out.
/// </summary>
/// <param name="limit">The maximum number of requests in a window.</param>
/// <param name="window">The length of the window, in timestamp ticks.</param>
internal sealed class SlidingWindow(int limit, long window)
{
    private const int FewRequests = 8;

    private readonly Lock gate = new();
    private long[] times = new long[Math.Min(limit, FewRequests)];
    private int first;
    private int count;

    /// <summary>Counts a request and returns true, unless the limit is reached.</summary>
    /// <param name="now">The current timestamp.</param>
    /// <param name="wait">The time until a request is allowed, in timestamp ticks, if the limit is reached.</param>
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

    /// <summary>Removes the last request from the count.</summary>
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
