using System.Globalization;
using Microsoft.Extensions.Options;
using Spotify.Web.Identity;

namespace Spotify.Web.RateLimits;

/// <summary>
/// Answers 429, with <c>Retry-After</c> in seconds, to requests to the Web API beyond the limits. It comes after
/// <see cref="AccessTokenMiddleware"/>: requests without a caller are none of its business.
/// </summary>
public sealed class RateLimitMiddleware(RequestDelegate next, RateLimiter limiter, IOptions<RateLimitOptions> options)
{
    private readonly bool enabled = options.Value.Enabled;

    /// <summary>Handles a request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!enabled || context.Features.Get<Caller>() is not { } caller) return next(context);
        if (limiter.TryEnter(RateLimitCategories.Of(context), caller.UserId, caller.ClientId, out var retryAfter)) return next(context);
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return ErrorHandling.WriteAsync(context, StatusCodes.Status429TooManyRequests, "API rate limit exceeded");
    }
}
