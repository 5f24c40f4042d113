using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Functions.Accounts.Tokens;
using Spotify.Web;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Functions.Licenses.Keys;

/// <summary>The public keys that verify licenses and the server time.</summary>
internal static class LicenseKeyEndpoints
{
    /// <summary>Registers the signed server time.</summary>
    public static IServiceCollection AddServerTime(this IServiceCollection services)
    {
        services.TryAddSingleton<IServerTime, SignedServerTime>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapLicenseKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/.well-known/license-keys.json", Get).WithTags("Offline")
            .WithName("license-keys").WithSummary("Get the keys that verify licenses and the server time").Produces<PublicKeySet>();
        return routes;
    }

    private static ContentHttpResult Get(HttpContext context, ILicenseKeys keys)
    {
        var json = PublicKeySet.Json(keys);
        TokenEndpoints.AllowCaching(context.Response, TokenKeyRotation.MaxAge);
        return TypedResults.Text(json, "application/json");
    }
}
