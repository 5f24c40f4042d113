using Microsoft.Extensions.DependencyInjection.Extensions;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Spotify.Events;
using Spotify.Functions.WeeklyPlaylists;
using Spotify.Web;
using Spotify.Web.Idempotency;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;
using Spotify.Web.Wire;
using FromRouteAttribute = Microsoft.AspNetCore.Mvc.FromRouteAttribute;

namespace Spotify.Functions.Playlists;

/// <summary>The endpoints for playlists, their items, covers and followers.</summary>
public static class PlaylistsEndpoints
{
    // The names of parameters in open-api.yml.
    private const string PlaylistId = "playlist_id";
    private const string UserId = "user_id";

    // The deprecated /tracks endpoint allows longer pages than /items.
    private const int MaxTracksLimit = 100;

    /// <summary>Registers the playlist services. Requires <c>AddCatalog</c>.</summary>
    public static IServiceCollection AddPlaylists(this IServiceCollection services)
    {
        services.AddPlaylistReading().AddVisits();
        services.TryAddSingleton<PlaylistService>();
        services.TryAddSingleton<PlaylistEditor>();
        services.TryAddSingleton<LibraryChangePublisher>();
        return services;
    }

    /// <summary>Registers the services that other functions use: reading and following playlists. Requires <c>AddCatalog</c>.</summary>
    public static IServiceCollection AddPlaylistReading(this IServiceCollection services)
    {
        services.AddWireJson(PlaylistJson.Default);
        services.TryAddSingleton<PlaylistReader>();
        services.TryAddSingleton<PlaylistFollowing>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapPlaylists(this IEndpointRouteBuilder routes)
    {
        var playlist = routes.MapGroup("/v1/playlists/{playlist_id}").WithTags("Playlists");
        var changes = playlist.MapGroup("").WithRateLimit(RateLimitCategory.PlaylistChanges).RequireScopes(PlaylistScopes.Modify);
        playlist.MapGet("/", GetPlaylist).WithName("get-playlist").WithSummary("Get Playlist").RequireNoScope()
            .Produces<PlaylistObject>();
        changes.MapPut("/", ChangeDetails).WithName("change-playlist-details").WithSummary("Change Playlist Details")
            .WithBody<PlaylistDetails>();
        playlist.MapGet("/items", GetItems).WithName("get-playlists-items").WithSummary("Get Playlist Items")
            .RequireScopes(Scopes.PlaylistReadPrivate)
            .Produces<PagingObject<PlaylistTrackObject>>();
        changes.MapPost("/items", AddItems).WithName("add-items-to-playlist").WithSummary("Add Items to Playlist")
            .WithBody<ItemsRequest>().WithMetadata(IdempotencyKey.Parameter);
        changes.MapPut("/items", UpdateItems).WithName("reorder-or-replace-playlists-items").WithSummary("Update Playlist Items")
            .WithBody<ItemsRequest>();
        changes.MapDelete("/items", RemoveItems).WithName("remove-items-playlist").WithSummary("Remove Playlist Items")
            .WithBody<RemovalRequest>();
        playlist.MapGet("/tracks", GetTracks).WithName("get-playlists-tracks").WithSummary("Get Playlist Items [DEPRECATED]")
            .RequireScopes(Scopes.PlaylistReadPrivate)
            .Produces<PagingObject<PlaylistTrackObject>>()
            .Add(endpoint => PageRequest.Describe(endpoint, MaxTracksLimit));
        changes.MapPost("/tracks", AddItems).WithName("add-tracks-to-playlist").WithSummary("Add Items to Playlist [DEPRECATED]")
            .WithBody<ItemsRequest>().WithMetadata(IdempotencyKey.Parameter);
        changes.MapPut("/tracks", UpdateItems)
            .WithName("reorder-or-replace-playlists-tracks").WithSummary("Update Playlist Items [DEPRECATED]")
            .WithBody<ItemsRequest>();
        changes.MapDelete("/tracks", RemoveItems).WithName("remove-tracks-playlist").WithSummary("Remove Playlist Items [DEPRECATED]")
            .WithBody<RemovalRequest>();
        playlist.MapGet("/images", GetImages).WithName("get-playlist-cover").WithSummary("Get Playlist Cover Image")
            .RequireNoScope();
        changes.MapPut("/images", ChangeCover).WithName("upload-custom-playlist-cover").WithSummary("Add Custom Playlist Cover Image")
            .RequireScopes(Scopes.UgcImageUpload, PlaylistScopes.Modify)
            .WithBodyLimit(PlaylistService.MaxCoverTextBytes)
            .WithBody<string>("image/jpeg");
        playlist.MapPut("/followers", Follow).WithName("follow-playlist").WithSummary("Follow Playlist").WithBody<FollowRequest>()
            .RequireScopes(PlaylistScopes.Modify);
        playlist.MapDelete("/followers", Unfollow).WithName("unfollow-playlist").WithSummary("Unfollow Playlist")
            .RequireScopes(PlaylistScopes.Modify);
        playlist.MapGet("/followers/contains", Follows)
            .WithName("check-if-user-follows-playlist").WithSummary("Check if Current User Follows Playlist")
            .RequireNoScope();

        var own = routes.MapGroup("/v1/me/playlists").WithTags("Playlists");
        own.MapGet("/", GetOwnPlaylists).WithName("get-a-list-of-current-users-playlists").WithSummary("Get Current User's Playlists")
            .RequireScopes(Scopes.PlaylistReadPrivate);
        own.MapPost("/", Create)
            .WithName("create-playlist").WithSummary("Create Playlist").WithRateLimit(RateLimitCategory.PlaylistChanges)
            .RequireScopes(PlaylistScopes.Modify)
            .WithBody<PlaylistDetails>().WithMetadata(IdempotencyKey.Parameter).Produces<PlaylistObject>(StatusCodes.Status201Created);

        var ofUser = routes.MapGroup("/v1/users/{user_id}/playlists").WithTags("Playlists");
        ofUser.MapGet("/", GetPlaylistsOf).WithName("get-list-users-playlists").WithSummary("Get User's Playlists")
            .RequireScopes(Scopes.PlaylistReadPrivate | Scopes.PlaylistReadCollaborative);
        ofUser.MapPost("/", CreateFor)
            .WithName("create-playlist-for-user").WithSummary("Create Playlist for user").WithRateLimit(RateLimitCategory.PlaylistChanges)
            .RequireScopes(PlaylistScopes.Modify)
            .WithBody<PlaylistDetails>().WithMetadata(IdempotencyKey.Parameter).Produces<PlaylistObject>(StatusCodes.Status201Created);
        return routes;
    }

    private static async Task<ContentHttpResult> GetPlaylist(
        [FromRoute(Name = PlaylistId)] string id,
        string? fields,
        AdditionalTypes types,
        Viewer viewer,
        PlaylistReader playlists,
        Visits visits,
        IOptions<JsonOptions> json,
        CancellationToken ct)
    {
        var filter = FieldsFilter.Parse(fields);
        var playlist = await playlists.PlaylistAsync(RequestIds.One(id), types.Episodes, viewer, ct);
        if (playlist.Surface is not null && viewer.Caller.UserId is { } user) await visits.RecordAsync(user, ct);
        return Filtered(playlist, filter, json);
    }

    private static async Task<Ok> ChangeDetails(
        [FromRoute(Name = PlaylistId)] string id, RequestBody body, Caller caller, PlaylistService playlists, CancellationToken ct)
    {
        var details = body.Json(PlaylistJson.Default.PlaylistDetails) ?? new PlaylistDetails();
        await playlists.ChangeAsync(RequestIds.One(id), caller, details, ct);
        return TypedResults.Ok();
    }

    private static Task<ContentHttpResult> GetItems(
        [FromRoute(Name = PlaylistId)] string id,
        string? fields,
        PageRequest page,
        AdditionalTypes types,
        Viewer viewer,
        PlaylistReader playlists,
        IOptions<JsonOptions> json,
        CancellationToken ct) =>
        GetList(id, "items", fields, page, types, viewer, playlists, json, ct);

    private static Task<ContentHttpResult> GetTracks(
        [FromRoute(Name = PlaylistId)] string id,
        string? fields,
        HttpContext context,
        AdditionalTypes types,
        Viewer viewer,
        PlaylistReader playlists,
        IOptions<JsonOptions> json,
        CancellationToken ct) =>
        GetList(id, "tracks", fields, PageRequest.Of(context, MaxTracksLimit), types, viewer, playlists, json, ct);

    private static async Task<ContentHttpResult> GetList(
        string id,
        string list,
        string? fields,
        PageRequest page,
        AdditionalTypes types,
        Viewer viewer,
        PlaylistReader playlists,
        IOptions<JsonOptions> json,
        CancellationToken ct)
    {
        var filter = FieldsFilter.Parse(fields);
        var items = await playlists.ItemsAsync(RequestIds.One(id), list, page, types.Episodes, viewer, ct);
        return Filtered(fields is null ? items : items with { Next = Same(items.Next), Previous = Same(items.Previous) }, filter, json);

        string? Same(string? link) => link is null ? null : $"{link}&fields={Uri.EscapeDataString(fields)}";
    }

    private static async Task<Created<SnapshotResponse>> AddItems(
        [FromRoute(Name = PlaylistId)] string id,
        string? uris,
        int? position,
        RequestBody body,
        IdempotencyKey? idempotencyKey,
        Caller caller,
        PlaylistEditor editor,
        LibraryChangePublisher changes,
        TimeProvider time,
        CancellationToken ct)
    {
        var (playlistId, now) = (RequestIds.One(id), time.GetUtcNow());
        var request = PlaylistRequests.Items(body);
        var added = PlaylistRequests.Uris(uris, request.Uris) ?? throw ApiException.BadRequest("Missing required field: uris");
        if (added.Count == 0) throw ApiException.BadRequest("No uris provided");
        var snapshotId = await editor.AddAsync(
            playlistId, caller, added, position ?? request.Position, request.SnapshotId, idempotencyKey, ct);
        await changes.PublishAsync(
            caller.RequireUser(),
            [.. added.Distinct().Select(uri => LibraryChange.AddToPlaylist(uri, playlistId, snapshotId, now))],
            ct);
        return TypedResults.Created((string?)null, new SnapshotResponse(snapshotId));
    }

    private static async Task<Ok<SnapshotResponse>> UpdateItems(
        [FromRoute(Name = PlaylistId)] string id,
        string? uris,
        RequestBody body,
        Caller caller,
        PlaylistEditor editor,
        CancellationToken ct)
    {
        var request = PlaylistRequests.Items(body);
        var replacement = PlaylistRequests.Uris(uris, request.Uris);
        var reorders = (request.RangeStart ?? request.InsertBefore ?? request.RangeLength) is not null;
        if (replacement is not null)
        {
            if (reorders)
                throw ApiException.BadRequest("Items are either replaced (uris) or reordered (range_start, insert_before), not both");
            return TypedResults.Ok(new SnapshotResponse(
                await editor.ReplaceAsync(RequestIds.One(id), caller, replacement, request.SnapshotId, ct)));
        }

        if (!reorders) throw Missing("uris, or range_start and insert_before");
        return TypedResults.Ok(new SnapshotResponse(await editor.ReorderAsync(
            RequestIds.One(id),
            caller,
            request.RangeStart ?? throw Missing("range_start"),
            request.RangeLength ?? 1,
            request.InsertBefore ?? throw Missing("insert_before"),
            request.SnapshotId,
            ct)));

        static ApiException Missing(string field) => ApiException.BadRequest($"Missing required field: {field}");
    }

    private static async Task<Ok<SnapshotResponse>> RemoveItems(
        [FromRoute(Name = PlaylistId)] string id, RequestBody body, Caller caller, PlaylistEditor editor, CancellationToken ct)
    {
        var request = body.Json(PlaylistJson.Default.RemovalRequest) ?? new RemovalRequest();
        return TypedResults.Ok(new SnapshotResponse(
            await editor.RemoveAsync(RequestIds.One(id), caller, PlaylistRequests.Removed(request), request.SnapshotId, ct)));
    }

    private static async Task<Ok<IReadOnlyList<ImageObject>>> GetImages(
        [FromRoute(Name = PlaylistId)] string id, Viewer viewer, PlaylistReader playlists, CancellationToken ct) =>
        TypedResults.Ok(await playlists.ImagesAsync(RequestIds.One(id), viewer, ct));

    private static async Task<Accepted> ChangeCover(
        [FromRoute(Name = PlaylistId)] string id, RequestBody body, Caller caller, PlaylistService playlists, CancellationToken ct)
    {
        await playlists.ChangeCoverAsync(RequestIds.One(id), caller, body.Bytes, ct);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Ok> Follow(
        [FromRoute(Name = PlaylistId)] string id,
        RequestBody body,
        Caller caller,
        PlaylistFollowing following,
        LibraryChangePublisher changes,
        CancellationToken ct)
    {
        var isPublic = body.Json(PlaylistJson.Default.FollowRequest)?.Public ?? true;
        var followed = await following.FollowAsync(RequestIds.One(id), caller, isPublic, ct);
        await changes.PublishAsync(caller.RequireUser(), [LibraryChange.Save(followed.Uri, followed.FollowedAt)], ct);
        return TypedResults.Ok();
    }

    private static async Task<Ok> Unfollow(
        [FromRoute(Name = PlaylistId)] string id,
        Caller caller,
        PlaylistFollowing following,
        LibraryChangePublisher changes,
        TimeProvider time,
        CancellationToken ct)
    {
        var (playlistId, userId) = (RequestIds.One(id), caller.RequireUser());

        // Published first, because the id of the change depends on the time of the following, which is gone afterwards.
        var followed = await following.FollowedAsync([playlistId], userId, ct);
        foreach (var playlist in followed) caller.Require(PlaylistScopes.ToModify(playlist.IsShown));
        await changes.PublishAsync(
            userId, [.. followed.Select(playlist => LibraryChange.Remove(playlist.Uri, playlist.FollowedAt, time.GetUtcNow()))], ct);
        await following.UnfollowAsync(playlistId, caller, ct);
        return TypedResults.Ok();
    }

    private static async Task<Ok<IReadOnlyList<bool>>> Follows(
        [FromRoute(Name = PlaylistId)] string id, string? ids, Caller caller, PlaylistFollowing following, CancellationToken ct)
    {
        var userId = caller.RequireUser();
        if (ids is not null && ids != userId) throw ApiException.BadRequest("Invalid ids: the current user's id alone is wanted");
        return TypedResults.Ok<IReadOnlyList<bool>>([await following.FollowsAsync(RequestIds.One(id), caller, ct)]);
    }

    private static async Task<Ok<PagingObject<SimplifiedPlaylistObject>>> GetOwnPlaylists(
        PageRequest page, Viewer viewer, PlaylistReader playlists, Visits visits, CancellationToken ct)
    {
        var user = viewer.Caller.RequireUser();
        var visit = page.Offset == 0 ? visits.RecordAsync(user, ct) : Task.CompletedTask;
        var own = await playlists.OfUserAsync(user, "/v1/me/playlists", page, viewer, ct);
        await visit;
        return TypedResults.Ok(own);
    }

    private static async Task<Ok<PagingObject<SimplifiedPlaylistObject>>> GetPlaylistsOf(
        [FromRoute(Name = UserId)] string userId, PageRequest page, Viewer viewer, PlaylistReader playlists, CancellationToken ct)
    {
        var owner = RequestIds.User(userId);
        var path = $"/v1/users/{Uri.EscapeDataString(owner)}/playlists";
        return TypedResults.Ok(await playlists.OfUserAsync(owner, path, page, viewer, ct));
    }

    private static async Task<ContentHttpResult> Create(
        RequestBody body,
        IdempotencyKey? idempotencyKey,
        Viewer viewer,
        PlaylistService playlists,
        IOptions<JsonOptions> json,
        CancellationToken ct)
    {
        var details = body.Json(PlaylistJson.Default.PlaylistDetails) ?? new PlaylistDetails();
        var created = await playlists.CreateAsync(details, viewer, idempotencyKey, TypeInfo<PlaylistObject>(json), ct);
        return Json(created, StatusCodes.Status201Created);
    }

    private static Task<ContentHttpResult> CreateFor(
        [FromRoute(Name = UserId)] string userId,
        RequestBody body,
        IdempotencyKey? idempotencyKey,
        Viewer viewer,
        PlaylistService playlists,
        IOptions<JsonOptions> json,
        CancellationToken ct) =>
        RequestIds.User(userId) == viewer.Caller.RequireUser()
            ? Create(body, idempotencyKey, viewer, playlists, json, ct)
            : throw new ApiException(StatusCodes.Status403Forbidden, "You cannot create a playlist for another user");

    private static ContentHttpResult Filtered<T>(T answer, FieldsFilter? filter, IOptions<JsonOptions> json) => Json(filter is null
        ? JsonSerializer.Serialize(answer, TypeInfo<T>(json))
        : filter.Apply(JsonSerializer.SerializeToNode(answer, TypeInfo<T>(json)))!.ToJsonString(json.Value.SerializerOptions));

    private static ContentHttpResult Json(string text, int status = StatusCodes.Status200OK) =>
        TypedResults.Text(text, "application/json; charset=utf-8", statusCode: status);

    private static JsonTypeInfo<T> TypeInfo<T>(IOptions<JsonOptions> json) =>
        (JsonTypeInfo<T>)json.Value.SerializerOptions.GetTypeInfo(typeof(T));
}
