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

/// <summary>The warming of the CDN before a release, which a scheduler calls with the albums: <c>{"albums":["id",…]}</c>.</summary>
public static class CdnWarmingEndpoints
{
    /// <summary>Where it is called.</summary>
    public const string Path = "/tasks/cdn-warming";

    /// <summary>The most albums in one call.</summary>
    public const int MaxAlbums = 500;

    /// <summary>
    /// Adds what the endpoint needs, but for the database and the signing keys: with the options bound from <c>CdnWarming</c>, and the CDNs
    /// from <c>Cdn</c>.
    /// </summary>
    public static IServiceCollection AddCdnWarming(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<CdnWarmingOptions>().BindConfiguration("CdnWarming").ValidateDataAnnotations().ValidateOnStart();

        // A redirect could lead anywhere, and a log of the requests would have signed URLs of what is not released yet.
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
                (CdnWarmer warmer, CdnWarmingRequestObject request, HttpContext context) => warmer.WarmAsync(Albums(request), OwnBase(context), context.RequestAborted))
            .WithName("cdn-warming").WithSummary("Have the CDN fetch albums before listeners do");
        return routes;
    }

    private static List<string> Albums(CdnWarmingRequestObject request)
    {
        if (request.Albums is not { Count: > 0 } albums) throw ApiException.BadRequest("Missing albums: a list of album ids is wanted");
        if (albums.Count > MaxAlbums) throw ApiException.BadRequest($"Too many albums requested: at most {MaxAlbums}");
        return [.. albums.Select(id => RequestIds.Require(id, EntityType.Album, "albums")).Distinct(StringComparer.Ordinal)];
    }

    // For the edge of this machine, the address that the request arrived at. What stands in its Host header could be anyone's, who would be
    // sent signed URLs.
    private static string OwnBase(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<IOptions<PublicUrlOptions>>().Value.PublicUrl is { } publicUrl) return publicUrl;
        var address = context.Connection.LocalIpAddress ?? IPAddress.Loopback;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return new UriBuilder(context.Request.Scheme, address.ToString(), context.Connection.LocalPort).Uri.GetLeftPart(UriPartial.Authority);
    }
}
