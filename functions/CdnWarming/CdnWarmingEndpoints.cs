using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Domain;
using Spotify.Functions.Playback.Cdn;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Tasks;

namespace Spotify.Functions.CdnWarming;

/// <summary>
/// The endpoint that warms the CDN before a release. Called by the scheduler with the albums: <c>{"albums":["id",…]}</c>.
/// </summary>
public static class CdnWarmingEndpoints
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/tasks/cdn-warming";

    /// <summary>The maximum number of albums in a request.</summary>
    public const int MaxAlbums = 500;

    /// <summary>
    /// Registers the services of the endpoint, with options bound from <c>CdnWarming</c> and CDNs from <c>Cdn</c>. The host registers the
    /// database and the signing keys.
    /// </summary>
    public static IServiceCollection AddCdnWarming(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<CdnWarmingOptions>().BindConfiguration("CdnWarming").ValidateDataAnnotations().ValidateOnStart();

        // Redirects could lead to any host, and request logs would have signed URLs of unreleased audio.
        services.AddHttpClient(CdnWarmer.HttpClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
            .RemoveAllLoggers();
        services.AddConfiguredCdns();
        services.TryAddSingleton<CdnWarmingMetrics>();
        services.TryAddSingleton<CdnWarmer>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapCdnWarming(this IEndpointRouteBuilder routes)
    {
        routes.MapScheduled(
                Path, CdnWarmingJson.Default.CdnWarmingRequestObject, CdnWarmingJson.Default.CdnWarmingObject,
                (CdnWarmer warmer, CdnWarmingRequestObject request, HttpContext context) =>
                    warmer.WarmAsync(Albums(request), OwnBase(context), context.RequestAborted))
            .WithName("cdn-warming").WithSummary("Fetch albums into the CDN caches before listeners do");
        return routes;
    }

    private static List<string> Albums(CdnWarmingRequestObject request)
    {
        if (request.Albums is not { Count: > 0 } albums) throw ApiException.BadRequest("Missing albums: a list of album ids is wanted");
        if (albums.Count > MaxAlbums) throw ApiException.BadRequest($"Too many albums requested: at most {MaxAlbums}");
        return [.. albums.Select(id => RequestIds.Require(id, EntityType.Album, "albums")).Distinct(StringComparer.Ordinal)];
    }

    // The edge of this machine is called at the address that the request arrived at. The Host header is not used, because a caller could
    // set it to another host, which would then receive signed URLs.
    private static string OwnBase(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<IOptions<PublicUrlOptions>>().Value.PublicUrl is { } publicUrl) return publicUrl;
        var address = context.Connection.LocalIpAddress ?? IPAddress.Loopback;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var url = new UriBuilder(context.Request.Scheme, address.ToString(), context.Connection.LocalPort).Uri;
        return url.GetLeftPart(UriPartial.Authority);
    }
}
