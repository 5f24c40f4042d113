using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Library;

/// <summary>The endpoints for users' profiles.</summary>
internal static class ProfileEndpoints
{
    public static void MapProfiles(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/me", GetOwn).WithTags("Users").WithName("get-current-users-profile").WithSummary("Get Current User's Profile")
            .RequireScopes(Scopes.UserReadPrivate | Scopes.UserReadEmail);
        routes.MapPut("/v1/me", ChangeOwn)
            .WithTags("Users").WithName("change-current-users-profile").WithSummary("Change Current User's Country or Time Zone")
            .WithBody<ProfileDetails>()
            // The scope that includes the country. Spotify has none for changes of the profile.
            .RequireScopes(Scopes.UserReadPrivate);
        routes.MapGet("/v1/users/{user_id}", Get).WithTags("Users").WithName("get-users-profile").WithSummary("Get User's Profile")
            .RequireNoScope();
    }

    private static async Task<Ok<PrivateUserObject>> GetOwn(
        CurrentUser user, HttpContext context, ProfileService profiles, CancellationToken ct) =>
        TypedResults.Ok(await profiles.OwnAsync(user, ApiLinks.For(context), ct));

    private static async Task<Ok<PrivateUserObject>> ChangeOwn(
        CurrentUser user,
        RequestBody body,
        HttpContext context,
        ListenerCountry countries,
        ProfileService profiles,
        CancellationToken ct)
    {
        var details = body.Json(LibraryJson.Default.ProfileDetails) ?? throw ApiException.BadRequest("Missing body");
        await profiles.ChangeAsync(user, details, countries.RegionOf(context.Request), ct);
        return TypedResults.Ok(await profiles.OwnAsync(user, ApiLinks.For(context), ct));
    }

    private static async Task<Ok<PublicUserObject>> Get(
        [FromRoute(Name = "user_id")] string id, HttpContext context, ProfileService profiles, CancellationToken ct) =>
        TypedResults.Ok(await profiles.PublicAsync(RequestIds.User(id), ApiLinks.For(context), ct));
}
