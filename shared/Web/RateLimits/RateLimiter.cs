using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Spotify.Web.RateLimits;

/// <summary>
/// Counts requests by user and by app. What it knows is kept in two generations: whoever is heard of moves to the newer one, and the
/// older one is dropped when a window has passed, which forgets only what no longer counts, or when the newer one is full, which
/// bounds the memory.
/// </summary>
public sealed class RateLimiter(IOptions<RateLimitOptions> options, TimeProvider time)
{
    private readonly RateLimitOptions options = options.Value;
    private readonly long window = options.Value.WindowSeconds * time.TimestampFrequency;
    private readonly Lock turning = new();
    private volatile Generation newest = new([], time.GetTimestamp());

    /// <summary>How many users and apps are kept in mind.</summary>
    public int Remembered => newest.Callers.Count + newest.Older.Count;

    /// <summary>Counts a request in, if neither its user nor its app has used up what they may send.</summary>
    /// <param name="userId">The user; null: an app speaks for itself.</param>
    /// <param name="clientId">The app, if it is known.</param>
    /// <param name="retryAfter">Otherwise how long it takes until there is room.</param>
    public bool TryEnter(RateLimitCategory category, string? userId, string? clientId, out TimeSpan retryAfter)
    {
        var now = time.GetTimestamp();
        var limit = options.Limit(category);
        long wait = 0;
        var user = userId is null ? null : Find(new Caller(category, IsApp: false, userId), limit, now);
        var entered = user is null || user.TryEnter(now, out wait);
        if (entered && clientId is not null && !Find(new Caller(category, IsApp: true, clientId), limit * options.AppFactor, now).TryEnter(now, out wait))
        {
            user?.Leave();
            entered = false;
        }

        retryAfter = entered ? TimeSpan.Zero : time.GetElapsedTime(0, wait);
        return entered;
    }

    private SlidingWindow Find(Caller caller, int limit, long now)
    {
        var generation = newest;
        if (IsOver(generation, now)) generation = Turn(now);
        if (generation.Callers.TryGetValue(caller, out var found)) return found;
        if (!generation.Older.TryGetValue(caller, out found)) found = new SlidingWindow(limit, window);
        if (!generation.Callers.TryAdd(caller, found)) return generation.Callers[caller];
        Interlocked.Increment(ref generation.Size);
        return found;
    }

    private bool IsOver(Generation generation, long now) => now - generation.Since >= window || generation.Size >= options.Remembered / 2;

    private Generation Turn(long now)
    {
        lock (turning) return IsOver(newest, now) ? newest = new Generation(newest.Callers, now) : newest;
    }

    private readonly record struct Caller(RateLimitCategory Category, bool IsApp, string Id);

    private sealed class Generation(ConcurrentDictionary<Caller, SlidingWindow> older, long since)
    {
        // Counted here, because to count a concurrent dictionary stops all who use it.
        public int Size;

        public ConcurrentDictionary<Caller, SlidingWindow> Callers { get; } = [];

        public ConcurrentDictionary<Caller, SlidingWindow> Older => older;

        public long Since => since;
    }
}
