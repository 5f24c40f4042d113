using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Wire;

namespace Spotify.Web;

/// <summary>The setup of the Web API, the same for every host of functions.</summary>
public static class WebApi
{
    /// <summary>
    /// Registers the wire format, errors, identity and rate limits. The host registers the adapters and configures the options.
    /// </summary>
    public static IServiceCollection AddWebApi(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<AccessTokenOptions>().BindConfiguration("AccessTokens").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<PublicUrlOptions>, PublicUrlValidator>();
        services.AddOptions<PublicUrlOptions>().BindConfiguration("").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ListenerCountryOptions>, ListenerCountryValidator>();
        services.AddOptions<ListenerCountryOptions>().BindConfiguration("").ValidateOnStart();
        services.AddSingleton<ListenerCountry>();
        services.AddCors();
        services.AddOptions<RateLimitOptions>().BindConfiguration("RateLimits").ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<IKeySetSource, HttpKeySetSource>();
        services.AddSingleton<AccessTokenVerifier>();
        services.AddSingleton<RateLimiter>();
        services.ConfigureHttpJsonOptions(options => WireJson.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services;
    }

    /// <summary>
    /// Adds the middleware of the Web API: the server time for devices, CORS for any origin, errors in the wire format and, for
    /// <c>/v1</c>, access tokens, rate limits and scopes. Comes after routing, because routes determine the rate limit and the scopes of a
    /// request.
    /// </summary>
    public static IApplicationBuilder UseWebApi(this IApplicationBuilder app) =>
        app.UseMiddleware<ServerTimeMiddleware>().UseWhen(context => IsForAnySite(context.Request), api => api.UseCors(AnySite))
            .UseApiErrors().UseMiddleware<AccessTokenMiddleware>().UseMiddleware<RateLimitMiddleware>()
            .UseMiddleware<RequiredScopesMiddleware>();

    // Ignores case because routing does.
    internal static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase);

    // The API, and the token endpoint with its metadata and keys.
    private static bool IsForAnySite(HttpRequest request) =>
        IsApi(request) || request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        || request.Path.StartsWithSegments("/.well-known", StringComparison.Ordinal);

    // Any origin is safe because browsers add no credentials by themselves: a page needs an access token, a code or a refresh token.
    private static void AnySite(CorsPolicyBuilder policy) => policy
        .AllowAnyOrigin()
        .AllowAnyHeader()
        .AllowAnyMethod()
        .WithExposedHeaders("Retry-After", "WWW-Authenticate", ServerTimeMiddleware.Header)
        .SetPreflightMaxAge(TimeSpan.FromDays(1));
}
