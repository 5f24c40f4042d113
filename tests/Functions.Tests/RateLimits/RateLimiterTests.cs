using Microsoft.Extensions.Options;
using Spotify.Fixtures;
using Spotify.Web.RateLimits;

namespace Spotify.Functions.Tests.RateLimits;

public sealed class RateLimiterTests
{
    private readonly ManualTimeProvider time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void No_window_has_more_requests_than_the_limit()
    {
        var limiter = New(new RateLimitOptions { Standard = 10 });
        var random = new Random(1);
        var passed = new List<DateTimeOffset>();
        for (var i = 0; i < 5000; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(random.Next(2000)));
            if (Enter(limiter, "ada", out var wait)) passed.Add(time.Now);
            else Assert.InRange(wait, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(30));
        }

        Assert.InRange(passed.Count, 1000, 5000);
        for (var i = 10; i < passed.Count; i++) Assert.True(passed[i] - passed[i - 10] >= TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_caller_that_waits_for_the_returned_time_is_allowed()
    {
        var limiter = New(new RateLimitOptions { Standard = 3 });
        for (var i = 0; i < 100; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(700));
            if (Enter(limiter, "ada", out var wait)) continue;
            time.Advance(wait);
            Assert.True(Enter(limiter, "ada", out _));
        }
    }

    [Fact]
    public void A_request_rejected_for_the_app_is_not_counted_for_the_user()
    {
        var limiter = New(new RateLimitOptions { Standard = 2, AppFactor = 1 });
        Assert.True(limiter.TryEnter(RateLimitCategory.Standard, "bob", "app", out _));
        Assert.True(limiter.TryEnter(RateLimitCategory.Standard, "bob", "app", out _));
        for (var i = 0; i < 5; i++) Assert.False(limiter.TryEnter(RateLimitCategory.Standard, "ada", "app", out _));
        Assert.True(limiter.TryEnter(RateLimitCategory.Standard, "ada", "other", out _));
        Assert.True(limiter.TryEnter(RateLimitCategory.Standard, "ada", "other", out _));
        Assert.False(limiter.TryEnter(RateLimitCategory.Standard, "ada", "third", out _));
    }

    [Fact]
    public void Memory_is_bounded_and_active_callers_are_kept()
    {
        var limiter = New(new RateLimitOptions { Standard = 5, Remembered = 100 });
        for (var i = 0; i < 5; i++) Assert.True(Enter(limiter, "busy", out _));
        for (var i = 0; i < 10_000; i++)
        {
            Assert.True(Enter(limiter, $"passer-by {i}", out _));
            Assert.False(Enter(limiter, "busy", out _));
            Assert.InRange(limiter.Remembered, 1, 101);
        }
    }

    [Fact]
    public void Idle_callers_are_dropped()
    {
        var limiter = New(new RateLimitOptions());
        for (var i = 0; i < 1000; i++) Enter(limiter, $"passer-by {i}", out _);
        for (var i = 0; i < 2; i++)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            Enter(limiter, "ada", out _);
        }

        Assert.InRange(limiter.Remembered, 1, 2);
    }

    [Fact]
    public async Task Concurrent_requests_are_counted_exactly()
    {
        var limiter = New(new RateLimitOptions { Standard = 500 });
        var passed = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
                if (Enter(limiter, "ada", out _)) Interlocked.Increment(ref passed);
        })));
        Assert.Equal(500, passed);
    }

    private static bool Enter(RateLimiter limiter, string user, out TimeSpan wait) =>
        limiter.TryEnter(RateLimitCategory.Standard, user, null, out wait);

    private RateLimiter New(RateLimitOptions options) => new(Options.Create(options), time);
}
