using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Spotify.Web.RateLimits;

/// <summary>
/// A counter of requests by user and by app. The counts are stored in two generations: an active caller moves to the newer generation. The
/// older generation is dropped after a window, when its counts have expired, or when the newer generation is full, which bounds the memory.
/// </summary>
public sealed class RateLimiter(IOptions<RateLimitOptions> options, TimeProvider time)
{
    private readonly RateLimitOptions options = options.Value;
    private readonly long window = options.Value.WindowSeconds * time.TimestampFrequency;
    private readonly Lock generationLock = new();
    private volatile Generation newest = new([], time.GetTimestamp());

    /// <summary>The number of users and apps that are tracked.</summary>
    public int Remembered => newest.Callers.Count + newest.Older.Count;

    /// <summary>Counts a request and returns true, unless the user or the app has reached the limit.</summary>
    /// <param name="category">The category of the request.</param>
    /// <param name="userId">The user; null for a request of an app without a user.</param>
    /// <param name="clientId">The app; null if unknown.</param>
    /// <param name="retryAfter">The time until a request is allowed, if the limit is reached.</param>
    public bool TryEnter(RateLimitCategory category, string? userId, string? clientId, out TimeSpan retryAfter)
    {
        var now = time.GetTimestamp();
        var limit = options.Limit(category);
        long wait = 0;
        var user = userId is null ? null : Find(new Caller(category, IsApp: false, userId), limit, now);
        var entered = user is null || user.TryEnter(now, out wait);
        if (entered && clientId is not null && category is not (RateLimitCategory.Events or RateLimitCategory.PlayerState))
        {
            var app = Find(new Caller(category, IsApp: true, clientId), limit * options.AppFactor, now);
            entered = app.TryEnter(now, out wait);
            if (!entered) user?.Leave();
        }

        retryAfter = entered ? TimeSpan.Zero : time.GetElapsedTime(0, wait);
        return entered;
    }

    private SlidingWindow Find(Caller caller, int limit, long now)
    {
        var generation = newest;
        if (IsOver(generation, now)) generation = StartGeneration(now);
        if (generation.Callers.TryGetValue(caller, out var found)) return found;
        if (!generation.Older.TryGetValue(caller, out found)) found = new SlidingWindow(limit, window);
        if (!generation.Callers.TryAdd(caller, found)) return generation.Callers[caller];
        Interlocked.Increment(ref generation.Size);
        return found;
    }

    private bool IsOver(Generation generation, long now) =>
        now - generation.Since >= window || generation.Size >= options.Remembered / 2;

    private Generation StartGeneration(long now)
    {
        lock (generationLock) return IsOver(newest, now) ? newest = new Generation(newest.Callers, now) : newest;
    }

    private readonly record struct Caller(RateLimitCategory Category, bool IsApp, string Id);

    private sealed class Generation(ConcurrentDictionary<Caller, SlidingWindow> older, long since)
    {
        // ConcurrentDictionary.Count locks the whole dictionary.
        public int Size;

        public ConcurrentDictionary<Caller, SlidingWindow> Callers { get; } = [];

        public ConcurrentDictionary<Caller, SlidingWindow> Older => older;

        public long Since => since;
    }
}
