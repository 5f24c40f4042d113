using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain;
using Spotify.Functions.Library;
using Spotify.Functions.TasteUpdater;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Listening.Taste;

/// <summary>The endpoints for a listener's taste: top artists and tracks, and what does not count.</summary>
internal static class TasteEndpoints
{
    private const int MaxUris = 100;
    private const long MinSessionMs = 60_000;
    private const long MaxSessionMs = 24 * 60 * 60_000;
    private const long DefaultSessionMs = 6 * 60 * 60_000;

    /// <summary>Registers the services. Requires <c>AddCatalog</c>.</summary>
    public static IServiceCollection AddTaste(this IServiceCollection services)
    {
        services.AddWireJson(TasteJson.Default);
        services.TryAddSingleton(TimeProvider.System);
        services.AddTasteStore();
        services.TryAddSingleton<TopItems>();
        services.TryAddSingleton<TasteExclusions>();
        services.TryAddSingleton<NotInterested>();
        services.TryAddSingleton<PrivateSessions>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapTaste(this IEndpointRouteBuilder routes)
    {
        var me = routes.MapGroup("/v1/me").WithTags("Users");
        me.MapGet("/top/artists", GetTopArtists).WithName("get-users-top-artists").WithSummary("Get User's Top Artists")
            .RequireScopes(Scopes.UserTopRead);
        me.MapGet("/top/tracks", GetTopTracks).WithName("get-users-top-tracks").WithSummary("Get User's Top Tracks")
            .RequireScopes(Scopes.UserTopRead);
        me.MapGet("/taste/exclusions", GetExclusions).WithName("get-taste-exclusions")
            .WithSummary("Get What Does Not Count as the User's Taste").RequireScopes(Scopes.UserTopRead);
        me.MapPut("/taste/exclusions", Exclude).WithName("exclude-from-taste").WithSummary("Exclude Items from the User's Taste")
            .WithList<UriList>("uris").RequireScopes(Scopes.UserLibraryModify);
        me.MapDelete("/taste/exclusions", Include).WithName("include-in-taste").WithSummary("Include Excluded Items in the User's Taste")
            .WithList<UriList>("uris").RequireScopes(Scopes.UserLibraryModify);
        me.MapGet("/taste/not-interested", GetNotInterested).WithName("get-not-interested")
            .WithSummary("Get What the User Does Not Want to Be Recommended").RequireScopes(Scopes.UserTopRead);
        me.MapPut("/taste/not-interested", AddNotInterested).WithName("add-not-interested")
            .WithSummary("Leave Items out of the User's Recommendations")
            .WithList<UriList>("uris").RequireScopes(Scopes.UserLibraryModify);
        me.MapDelete("/taste/not-interested", RemoveNotInterested).WithName("remove-not-interested")
            .WithSummary("Allow Items in the User's Recommendations Again")
            .WithList<UriList>("uris").RequireScopes(Scopes.UserLibraryModify);
        me.MapGet("/private-session", GetSession).WithName("get-private-session").WithSummary("Get the User's Private Session")
            .RequireScopes(Scopes.UserReadPlaybackState);
        me.MapPut("/private-session", StartSession).WithName("start-private-session").WithSummary("Start or Extend a Private Session")
            .WithBody<PrivateSessionRequestObject>().RequireScopes(Scopes.UserModifyPlaybackState);
        me.MapDelete("/private-session", EndSession).WithName("end-private-session").WithSummary("End the User's Private Session")
            .RequireScopes(Scopes.UserModifyPlaybackState);
        return routes;
    }

    private static async Task<Ok<PagingObject<ArtistObject>>> GetTopArtists(
        CurrentUser user, TopItemsRequest request, Viewer viewer, TopItems top, CancellationToken ct) =>
        TypedResults.Ok(await top.ArtistsAsync(user.Id, request, viewer, ct));

    private static async Task<Ok<PagingObject<TrackObject>>> GetTopTracks(
        CurrentUser user, TopItemsRequest request, Viewer viewer, TopItems top, CancellationToken ct) =>
        TypedResults.Ok(await top.TracksAsync(user.Id, request, viewer, ct));

    private static async Task<Ok<PagingObject<TasteExclusionObject>>> GetExclusions(
        CurrentUser user, PageRequest page, Viewer viewer, TasteExclusions exclusions, CancellationToken ct) =>
        TypedResults.Ok(await exclusions.PageAsync(user.Id, page, viewer, ct));

    private static async Task<Ok> Exclude(
        CurrentUser user, HttpContext context, TasteExclusions exclusions, TimeProvider time, CancellationToken ct)
    {
        await exclusions.AddAsync(user.ToNewUser(time.GetUtcNow()), await UrisAsync(context, IsExcludable), ct);
        return TypedResults.Ok();
    }

    private static async Task<Ok> Include(CurrentUser user, HttpContext context, TasteExclusions exclusions, CancellationToken ct)
    {
        await exclusions.RemoveAsync(user.Id, await UrisAsync(context, IsExcludable), ct);
        return TypedResults.Ok();
    }

    private static async Task<Ok<PagingObject<NotInterestedObject>>> GetNotInterested(
        CurrentUser user, PageRequest page, Viewer viewer, NotInterested items, CancellationToken ct) =>
        TypedResults.Ok(await items.PageAsync(user.Id, page, viewer, ct));

    private static async Task<Ok> AddNotInterested(
        CurrentUser user, HttpContext context, NotInterested items, TimeProvider time, CancellationToken ct)
    {
        await items.AddAsync(user.ToNewUser(time.GetUtcNow()), await UrisAsync(context, NotInterested.IsAllowed), ct);
        return TypedResults.Ok();
    }

    private static async Task<Ok> RemoveNotInterested(
        CurrentUser user, HttpContext context, NotInterested items, CancellationToken ct)
    {
        await items.RemoveAsync(user.Id, await UrisAsync(context, NotInterested.IsAllowed), ct);
        return TypedResults.Ok();
    }

    private static async Task<Ok<PrivateSessionObject>> GetSession(CurrentUser user, PrivateSessions sessions, CancellationToken ct) =>
        TypedResults.Ok(await sessions.GetAsync(user.Id, ct));

    private static async Task<Ok<PrivateSessionObject>> StartSession(
        CurrentUser user, RequestBody body, PrivateSessions sessions, TimeProvider time, CancellationToken ct)
    {
        var duration = body.Json(TasteJson.Default.PrivateSessionRequestObject)?.DurationMs ?? DefaultSessionMs;
        if (duration is < MinSessionMs or > MaxSessionMs)
            throw ApiException.BadRequest($"Invalid duration_ms: a number from {MinSessionMs} to {MaxSessionMs} is wanted");
        var session = await sessions.StartAsync(user.ToNewUser(time.GetUtcNow()), TimeSpan.FromMilliseconds(duration), ct);
        return TypedResults.Ok(session);
    }

    private static async Task<Ok> EndSession(CurrentUser user, PrivateSessions sessions, CancellationToken ct)
    {
        await sessions.EndAsync(user.Id, ct);
        return TypedResults.Ok();
    }

    private static bool IsExcludable(EntityType type) => type != EntityType.User;

    private static async Task<IReadOnlyList<SpotifyUri>> UrisAsync(HttpContext context, Func<EntityType, bool> isAllowed) =>
    [
        .. (await RequestList.ReadAsync(context, "uris", MaxUris)).Distinct(StringComparer.Ordinal)
            .Select(text => SpotifyUri.TryParse(text, out var uri) && isAllowed(uri.Type)
                ? uri
                : throw ApiException.BadRequest($"Invalid URI in uris: {RequestList.Shown(text)}")),
    ];
}

/// <summary>An entity whose plays do not count as taste.</summary>
internal sealed record TasteExclusionObject(string AddedAt, string Uri);

/// <summary>A track, artist or album that is not recommended.</summary>
internal sealed record NotInterestedObject(string AddedAt, string Uri);

/// <summary>The body of a request to start a private session.</summary>
/// <param name="DurationMs">The duration in milliseconds, 1 minute to 24 hours; 6 hours if it is not given.</param>
internal sealed record PrivateSessionRequestObject(long? DurationMs = null);

/// <summary>The private session that is active, if there is one.</summary>
internal sealed record PrivateSessionObject(bool IsActive, string? StartedAt, string? EndsAt);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PagingObject<TasteExclusionObject>))]
[JsonSerializable(typeof(PagingObject<NotInterestedObject>))]
[JsonSerializable(typeof(PagingObject<ArtistObject>))]
[JsonSerializable(typeof(PagingObject<TrackObject>))]
[JsonSerializable(typeof(PrivateSessionRequestObject))]
[JsonSerializable(typeof(PrivateSessionObject))]
internal sealed partial class TasteJson : JsonSerializerContext;
