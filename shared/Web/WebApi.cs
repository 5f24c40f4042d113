using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Catalogue;
using Spotify.Web.Identity;
using Spotify.Web.Wire;

namespace Spotify.Web;

/// <summary>What every host of functions sets up, whichever functions it hosts.</summary>
public static class WebApi
{
    /// <summary>Adds the wire format, errors and identity. The host adds the ports and configures the options.</summary>
    public static IServiceCollection AddWebApi(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<AccessTokenOptions>().BindConfiguration("AccessTokens").ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<PublicUrlOptions>().BindConfiguration("").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<AccessTokenVerifier>();
        services.AddSingleton<CatalogueReader>();
        services.ConfigureHttpJsonOptions(options => WireJson.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services;
    }

    /// <summary>Answers errors in the wire format and lets only good tokens through to <c>/v1</c>.</summary>
    public static IApplicationBuilder UseWebApi(this IApplicationBuilder app) => app.UseApiErrors().UseMiddleware<AccessTokenMiddleware>();
}
