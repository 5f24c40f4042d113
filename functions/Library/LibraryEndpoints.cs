using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;
using Spotify.Domain;
using Spotify.Events;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Library;

/// <summary>The endpoints for profiles, saved items, following and resume points.</summary>
public static class LibraryEndpoints
{
    /// <summary>Registers the library services. Requires <c>AddCatalog</c> and <c>AddPlaylists</c>.</summary>
    public static IServiceCollection AddLibrary(this IServiceCollection services)
    {
        services.AddWireJson(LibraryJson.Default);
        services.TryAddSingleton<LibraryStore>();
        services.TryAddSingleton<LibraryService>();
        services.TryAddSingleton<LibraryChangePublisher>();
        services.TryAddSingleton<UnifiedLibrary>();
        services.TryAddSingleton<ProfileService>();
        services.TryAddSingleton<ResumePointService>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapLibrary(this IEndpointRouteBuilder routes)
    {
        routes.MapProfiles();
        routes.MapFollowing();
        routes.MapResumePoints();

        var library = routes.MapGroup("/v1/me/library").WithTags("Library");
        library.MapPut("/", SaveUris).WithName("save-library-items").WithSummary("Save Items to Library")
            .WithList<UriList>("uris").RequireScopes(LibraryScopes.Modify);
        library.MapDelete("/", RemoveUris).WithName("remove-library-items").WithSummary("Remove Items from Library")
            .WithList<UriList>("uris").RequireScopes(LibraryScopes.Modify);
        library.MapGet("/contains", ContainsUris).WithName("check-library-contains").WithSummary("Check User's Saved Items")
            .WithList("uris").RequireScopes(LibraryScopes.Read);

        var me = routes.MapGroup("/v1/me").WithTags("Library");
        me.MapGet("/albums", GetAlbums).WithName("get-users-saved-albums").WithSummary("Get User's Saved Albums")
            .RequireScopes(Scopes.UserLibraryRead);
        me.MapGet("/audiobooks", GetAudiobooks).WithName("get-users-saved-audiobooks").WithSummary("Get User's Saved Audiobooks")
            .RequireScopes(Scopes.UserLibraryRead);
        me.MapGet("/episodes", GetEpisodes).WithName("get-users-saved-episodes").WithSummary("Get User's Saved Episodes")
            .RequireScopes(Scopes.UserLibraryRead, Scopes.UserReadPlaybackPosition);
        me.MapGet("/shows", GetShows).WithName("get-users-saved-shows").WithSummary("Get User's Saved Shows")
            .RequireScopes(Scopes.UserLibraryRead);
        me.MapGet("/tracks", GetTracks).WithName("get-users-saved-tracks").WithSummary("Get User's Saved Tracks")
            .RequireScopes(Scopes.UserLibraryRead);
        MapChanges(me, EntityType.Album, "albums", "Albums", LibraryRequest.IdsAsync);
        MapChanges(me, EntityType.Audiobook, "audiobooks", "Audiobooks", LibraryRequest.IdsAsync);
        MapChanges(me, EntityType.Episode, "episodes", "Episodes", LibraryRequest.IdsAsync);
        MapChanges(me, EntityType.Show, "shows", "Shows", LibraryRequest.IdsAsync);
        MapChanges(me, EntityType.Track, "tracks", "Tracks", LibraryRequest.TimedIdsAsync);
        return routes;
    }

    private static void MapChanges(
        RouteGroupBuilder me,
        EntityType type,
        string collection,
        string title,
        Func<EntityType, HttpContext, Task<IReadOnlyList<LibraryEntry>>> readSaved)
    {
        me.MapPut($"/{collection}", Save).WithName($"save-{collection}-user").WithSummary($"Save {title} for Current User")
            .WithList<IdList>("ids").RequireScopes(Scopes.UserLibraryModify);
        me.MapDelete($"/{collection}", Remove).WithName($"remove-{collection}-user").WithSummary($"Remove User's Saved {title}")
            .WithList<IdList>("ids").RequireScopes(Scopes.UserLibraryModify);
        me.MapGet($"/{collection}/contains", Contains)
            .WithName($"check-users-saved-{collection}").WithSummary($"Check User's Saved {title}").WithList("ids")
            .RequireScopes(Scopes.UserLibraryRead);

        async Task<Ok> Save(CurrentUser user, HttpContext context, UnifiedLibrary library, TimeProvider time, CancellationToken ct)
        {
            await library.SaveAsync(user.ToNewUser(time.GetUtcNow()), await readSaved(type, context), ct);
            return TypedResults.Ok();
        }

        async Task<Ok> Remove(CurrentUser user, HttpContext context, UnifiedLibrary library, CancellationToken ct)
        {
            await library.RemoveAsync(user.Id, await LibraryRequest.IdsAsync(type, context), ct);
            return TypedResults.Ok();
        }

        async Task<Ok<IReadOnlyList<bool>>> Contains(CurrentUser user, HttpContext context, LibraryStore library, CancellationToken ct) =>
            TypedResults.Ok(await library.ContainsAsync(user.Id, LibraryRequest.IdsOfQuery(type, context), ct));
    }

    private static async Task<Ok<PagingObject<SavedAlbumObject>>> GetAlbums(
        CurrentUser user, SavedPageRequest page, Viewer viewer, LibraryService library, CancellationToken ct) =>
        TypedResults.Ok(await library.AlbumsAsync(user.Id, page, viewer, ct));

    private static async Task<Ok<PagingObject<SavedAudiobookObject>>> GetAudiobooks(
        CurrentUser user, SavedPageRequest page, Viewer viewer, LibraryService library, CancellationToken ct) =>
        TypedResults.Ok(await library.AudiobooksAsync(user.Id, page, viewer, ct));

    private static async Task<Ok<PagingObject<SavedEpisodeObject>>> GetEpisodes(
        CurrentUser user, SavedPageRequest page, Viewer viewer, LibraryService library, CancellationToken ct) =>
        TypedResults.Ok(await library.EpisodesAsync(user.Id, page, viewer, ct));

    private static async Task<Ok<PagingObject<SavedShowObject>>> GetShows(
        CurrentUser user, SavedPageRequest page, Viewer viewer, LibraryService library, CancellationToken ct) =>
        TypedResults.Ok(await library.ShowsAsync(user.Id, page, viewer, ct));

    private static async Task<Ok<PagingObject<SavedTrackObject>>> GetTracks(
        CurrentUser user, SavedPageRequest page, Viewer viewer, LibraryService library, CancellationToken ct) =>
        TypedResults.Ok(await library.TracksAsync(user.Id, page, viewer, ct));

    private static async Task<Ok> SaveUris(
        CurrentUser user, HttpContext context, UnifiedLibrary library, TimeProvider time, CancellationToken ct)
    {
        var entries = await LibraryRequest.UrisAsync(context);
        user.Caller.Require(LibraryScopes.ToModify(entries));
        await library.SaveAsync(user.ToNewUser(time.GetUtcNow()), entries, ct);
        return TypedResults.Ok();
    }

    private static async Task<Ok> RemoveUris(CurrentUser user, HttpContext context, UnifiedLibrary library, CancellationToken ct)
    {
        var entries = await LibraryRequest.UrisAsync(context);
        user.Caller.Require(LibraryScopes.ToModify(entries));
        await library.RemoveAsync(user.Id, entries, ct);
        return TypedResults.Ok();
    }

    private static async Task<Ok<IReadOnlyList<bool>>> ContainsUris(
        CurrentUser user, HttpContext context, UnifiedLibrary library, CancellationToken ct)
    {
        var entries = LibraryRequest.UrisOfQuery(context);
        user.Caller.Require(LibraryScopes.ToRead(entries));
        return TypedResults.Ok(await library.ContainsAsync(user.Id, entries, ct));
    }
}
