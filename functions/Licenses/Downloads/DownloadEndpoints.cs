using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain;
using Spotify.Functions.Library;
using Spotify.Functions.Playback;
using Spotify.Functions.Playback.Cdn;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Licenses.Downloads;

/// <summary>The endpoint that issues the URLs of encrypted audio.</summary>
internal static class DownloadEndpoints
{
    /// <summary>The maximum number of URIs in a request.</summary>
    public const int MaxUris = 50;

    /// <summary>Registers the services of the endpoint.</summary>
    public static IServiceCollection AddDownloads(this IServiceCollection services)
    {
        services.AddWireJson(DownloadJson.Default);
        services.AddConfiguredCdns();
        services.TryAddSingleton<DownloadService>();
        return services;
    }

    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapDownloads(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/me/devices/{id}/downloads", Download)
            .WithTags("Offline").WithName("download-encrypted-audio").WithSummary("Get URLs of Encrypted Audio")
            .WithList<UriList>("uris").WithRateLimit(RateLimitCategory.Playback).RequireScopes(Scopes.Streaming);
        return routes;
    }

    private static async Task<Ok<DownloadsObject>> Download(
        CurrentUser user, string id, HttpContext context, DownloadService downloads, CancellationToken ct)
    {
        var uris = await RequestList.ReadAsync(context, "uris", MaxUris);
        var answer = await downloads.AuthorizeAsync(
            user.Id, RequestIds.One(id), [.. uris.Select(Uri).Distinct()], ApiLinks.For(context).BaseUrl, ct);
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(answer);
    }

    private static SpotifyUri Uri(string text) =>
        SpotifyUri.TryParse(text, out var uri) && uri.Type is EntityType.Track or EntityType.Episode or EntityType.Chapter
            ? uri
            : throw ApiException.BadRequest(
                $"Invalid URI in uris: {RequestList.Shown(text)}; that of a track, an episode or a chapter is wanted");
}

/// <summary>The URLs of encrypted audio.</summary>
/// <param name="Downloads">The items with URLs, in the order of the request.</param>
/// <param name="Refused">The items without.</param>
/// <param name="ExpiresAt">When the URLs expire.</param>
public sealed record DownloadsObject(
    IReadOnlyList<DownloadObject> Downloads, IReadOnlyList<RefusedDownloadObject> Refused, string ExpiresAt);

/// <summary>The URLs of an encrypted object, which can be fetched in byte ranges.</summary>
/// <param name="Uri">The URI of the item.</param>
/// <param name="Object">The name of the object, as in the license.</param>
/// <param name="Url">The signed URL.</param>
/// <param name="Alternatives">URLs of the object on the other CDNs, the best first.</param>
/// <param name="SizeBytes">The size of the object.</param>
public sealed record DownloadObject(
    string Uri, string Object, string Url, IReadOnlyList<AlternativeObject> Alternatives, long SizeBytes);

/// <summary>An item that cannot be downloaded.</summary>
/// <param name="Uri">The URI.</param>
/// <param name="Reason">
/// <c>NOT_LICENSED</c>: the device does not keep the item. <c>RENEWAL_REQUIRED</c>: the device needs a new license of the item, because
/// there was none yet, the last one has expired, or the audio was replaced. <c>NOT_RELEASED</c>, <c>MARKET_RESTRICTED</c> or
/// <c>EXPLICIT_BLOCKED</c>: the listener may not play the item now.
/// </param>
public sealed record RefusedDownloadObject(string Uri, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DownloadsObject))]
internal sealed partial class DownloadJson : JsonSerializerContext;
