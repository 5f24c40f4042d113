using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Audio;
using Spotify.Domain;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Licenses.Sync;

/// <summary>The endpoints for sync.</summary>
internal static class SyncEndpoints
{
    private const int MaxPartial = 50;

    /// <summary>Registers the services of the endpoints.</summary>
    public static IServiceCollection AddSync(this IServiceCollection services)
    {
        services.AddWireJson(SyncJson.Default);
        services.TryAddSingleton<PlayOverlaps>();
        services.TryAddSingleton<CollectionReconciler>();
        services.TryAddSingleton<SyncPager>();
        services.TryAddSingleton<SyncChanges>();
        services.TryAddSingleton<EvictionAdvice>();
        services.TryAddSingleton<SyncService>();
        services.TryAddSingleton<SizeEstimates>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapSync(this IEndpointRouteBuilder routes)
    {
        var me = routes.MapGroup("/v1/me").WithTags("Offline").WithRateLimit(RateLimitCategory.Playback);
        me.MapGet("/devices/{id}/sync", Sync).WithName("sync-offline-device").WithSummary("Get What a Device Has to Fetch, Drop and Renew")
            .WithMetadata(
                new RequestParameter("cursor", typeof(string), "The cursor of the previous response."),
                new RequestParameter("partial", typeof(string), "URIs of items that are downloaded in part, separated by commas."),
                new RequestParameter("free_bytes", typeof(long), "The free space on the device, for advice on what to remove."))
            .RequireScopes(Scopes.Streaming);
        me.MapPut("/devices/{id}/chosen", Choose).WithName("choose-offline-device")
            .WithSummary("Choose the Device That Goes On After a Conflict").RequireScopes(Scopes.UserModifyPlaybackState);
        me.MapGet("/offline/estimates", Estimate).WithName("get-offline-estimates").WithSummary("Get the Estimated Sizes of Downloads")
            .WithMetadata(
                new RequestParameter("uris", typeof(string), "The uris, separated by commas."),
                new RequestParameter("codec", typeof(string), "vorbis or aac. The default is vorbis."))
            .RequireScopes(Scopes.Streaming);
        return routes;
    }

    private static async Task<Ok<SyncObject>> Sync(
        string id, CurrentUser user, HttpContext context, SyncService sync, CancellationToken ct)
    {
        var query = context.Request.Query;
        var device = RequestIds.One(id);
        var request = new SyncRequest(
            query["cursor"].ToString() is { Length: > 0 } cursor ? SyncCursor.Parse(cursor, device) : null,
            RequestList.HasQuery(context, "partial")
                ? RequestList.FromQuery(context, "partial", MaxPartial).Select(uri => UriOf(uri, "partial").Id)
                    .ToHashSet(StringComparer.Ordinal)
                : new HashSet<string>(),
            FreeBytes(query["free_bytes"].ToString()));
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(await sync.SyncAsync(user.Id, device, request, ct));
    }

    private static async Task<NoContent> Choose(string id, CurrentUser user, PlayOverlaps overlaps, CancellationToken ct)
    {
        await overlaps.ChooseAsync(user.Id, RequestIds.One(id), ct);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<EstimatesObject>> Estimate(
        CurrentUser user, HttpContext context, SizeEstimates estimates, CancellationToken ct)
    {
        SpotifyUri[] uris =
        [
            .. RequestList.FromQuery(context, "uris", SizeEstimates.MaxUris).Select(uri => UriOf(uri, "uris")).Distinct(),
        ];
        if (Array.Find(uris, uri => !IsDownloadable(uri.Type)) is { Id: not null } other)
            throw ApiException.BadRequest($"Unsupported URI in uris: {other}");
        var codec = context.Request.Query["codec"].ToString() switch
        {
            "" or "vorbis" => Codec.Vorbis,
            "aac" => Codec.Aac,
            _ => throw ApiException.BadRequest("Invalid codec: vorbis or aac is wanted"),
        };
        var viewer = user.Caller.Scopes.HasFlag(Scopes.PlaylistReadPrivate) ? user.Id : "";
        return TypedResults.Ok(await estimates.OfAsync(uris, codec, viewer, ct));
    }

    private static bool IsDownloadable(EntityType type) => type is EntityType.Track or EntityType.Episode or EntityType.Chapter
        or EntityType.Album or EntityType.Audiobook or EntityType.Playlist;

    private static SpotifyUri UriOf(string text, string list) => SpotifyUri.TryParse(text, out var uri) && SpotifyId.IsValid(uri.Id)
        ? uri
        : throw ApiException.BadRequest($"Invalid URI in {list}: {RequestList.Shown(text)}");

    private static long? FreeBytes(string text)
    {
        if (text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : throw ApiException.BadRequest("Invalid free_bytes: a number of bytes is wanted");
    }
}
