using Microsoft.AspNetCore.Http.HttpResults;
using Spotify.Domain;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Requests;

namespace Spotify.Functions.Library;

/// <summary>The endpoints for following artists and users.</summary>
internal static class FollowingEndpoints
{
    public static void MapFollowing(this IEndpointRouteBuilder routes)
    {
        var following = routes.MapGroup("/v1/me/following").WithTags("Users");
        following.MapGet("/", GetFollowed).WithName("get-followed").WithSummary("Get Followed Artists")
            .RequireScopes(Scopes.UserFollowRead);
        following.MapPut("/", Follow).WithName("follow-artists-users").WithSummary("Follow Artists or Users").WithList<IdList>("ids")
            .RequireScopes(Scopes.UserFollowModify);
        following.MapDelete("/", Unfollow).WithName("unfollow-artists-users").WithSummary("Unfollow Artists or Users")
            .WithList<IdList>("ids").RequireScopes(Scopes.UserFollowModify);
        following.MapGet("/contains", Follows).WithName("check-current-user-follows").WithSummary("Check If User Follows Artists or Users")
            .WithList("ids").RequireScopes(Scopes.UserFollowRead);
    }

    private static async Task<Ok<FollowedArtists>> GetFollowed(
        CurrentUser user, string? type, string? after, PageRequest page, Viewer viewer, LibraryService library, CancellationToken ct)
    {
        if (type != "artist") throw ApiException.BadRequest("Invalid type: artist is wanted");
        var afterId = string.IsNullOrEmpty(after) ? null : RequestIds.One(after);
        return TypedResults.Ok(await library.FollowedArtistsAsync(user.Id, afterId, page.Limit, viewer, ct));
    }

    private static async Task<NoContent> Follow(
        CurrentUser user, string? type, HttpContext context, UnifiedLibrary library, TimeProvider time, CancellationToken ct)
    {
        await library.SaveAsync(user.ToNewUser(time.GetUtcNow()), await LibraryRequest.IdsAsync(Followed(type), context), ct);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Unfollow(
        CurrentUser user, string? type, HttpContext context, UnifiedLibrary library, CancellationToken ct)
    {
        await library.RemoveAsync(user.Id, await LibraryRequest.IdsAsync(Followed(type), context), ct);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<IReadOnlyList<bool>>> Follows(
        CurrentUser user, string? type, HttpContext context, LibraryStore library, CancellationToken ct) =>
        TypedResults.Ok(await library.ContainsAsync(user.Id, LibraryRequest.IdsOfQuery(Followed(type), context), ct));

    private static EntityType Followed(string? type) => type switch
    {
        "artist" => EntityType.Artist,
        "user" => EntityType.User,
        _ => throw ApiException.BadRequest("Invalid type: artist or user is wanted"),
    };
}
