using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Wire;

namespace Spotify.Web;

/// <summary>What every host of functions sets up, whichever functions it hosts.</summary>
public static class WebApi
{
    /// <summary>Adds the wire format, errors, identity and rate limits. The host adds the ports and configures the options.</summary>
    public static IServiceCollection AddWebApi(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<AccessTokenOptions>().BindConfiguration("AccessTokens").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<PublicUrlOptions>, PublicUrlValidator>();
        services.AddOptions<PublicUrlOptions>().BindConfiguration("").ValidateOnStart();
        services.AddCors();
        services.AddOptions<RateLimitOptions>().BindConfiguration("RateLimits").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<AccessTokenVerifier>();
        services.AddSingleton<RateLimiter>();
        services.ConfigureHttpJsonOptions(options => WireJson.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services;
    }

    /// <summary>
    /// Answers errors in the wire format, and lets only good tokens and no more than the limits through to <c>/v1</c>, from the pages of
    /// any site. It comes after routing, which says what limit a request is under.
    /// </summary>
    public static IApplicationBuilder UseWebApi(this IApplicationBuilder app) =>
        app.UseWhen(context => IsApi(context.Request), api => api.UseCors(AnySite))
            .UseApiErrors().UseMiddleware<AccessTokenMiddleware>().UseMiddleware<RateLimitMiddleware>();

    // Routes are matched whatever their case, and so must be what guards them.
    internal static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase);

    // A page can use the API only with a token that it was given: nothing is sent by the browser itself.
    private static void AnySite(CorsPolicyBuilder policy) => policy
        .AllowAnyOrigin()
        .AllowAnyHeader()
        .AllowAnyMethod()
        .WithExposedHeaders("Retry-After", "WWW-Authenticate")
        .SetPreflightMaxAge(TimeSpan.FromDays(1));
}
