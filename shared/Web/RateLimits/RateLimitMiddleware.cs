using System.Globalization;
using Microsoft.Extensions.Options;
using Spotify.Web.Identity;

namespace Spotify.Web.RateLimits;

/// <summary>
/// Middleware that responds with 429 and <c>Retry-After</c> in seconds to requests that exceed a rate limit. Runs after
/// <see cref="AccessTokenMiddleware"/>, and ignores requests without a caller.
/// </summary>
public sealed class RateLimitMiddleware(RequestDelegate next, RateLimiter limiter, IOptions<RateLimitOptions> options)
{
    private readonly bool enabled = options.Value.Enabled;

    /// <summary>Handles a request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!enabled || context.Features.Get<Caller>() is not { } caller) return next(context);
        if (limiter.TryEnter(RateLimitCategories.Of(context), caller.UserId, caller.ClientId, out var retryAfter)) return next(context);
        var seconds = Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ErrorHandling.WriteAsync(context, StatusCodes.Status429TooManyRequests, "API rate limit exceeded");
    }
}
