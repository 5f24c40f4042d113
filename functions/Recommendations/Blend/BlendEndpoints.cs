using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Users;
using Spotify.Functions.PlaylistGenerator;
using Spotify.Functions.PlaylistGenerator.Surfaces;
using Spotify.Functions.Playlists;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;
using Spotify.Web.Wire;
using FromRouteAttribute = Microsoft.AspNetCore.Mvc.FromRouteAttribute;

namespace Spotify.Functions.Recommendations.Blend;

/// <summary>The endpoints for blends: the common list of two listeners.</summary>
internal static class BlendEndpoints
{
    private const string Path = "/v1/me/blends";

    // The name of the parameter in open-api.yml.
    private const string UserId = "user_id";

    /// <summary>Registers the services of the endpoints. Requires <c>AddCatalog</c>.</summary>
    public static IServiceCollection AddBlends(this IServiceCollection services)
    {
        services.AddWireJson(BlendJson.Default);
        services.AddPlaylistReading();
        services.AddBlendGenerator();
        services.TryAddSingleton<BlendService>();
        return services;
    }

    /// <summary>Registers <see cref="BlendGenerator"/>.</summary>
    public static IServiceCollection AddBlendGenerator(this IServiceCollection services)
    {
        services.AddRecommenders().AddListenerHistories().AddGeneratedPlaylists();
        services.TryAddSingleton<TrackCredits>();
        services.TryAddSingleton<BlendGenerator>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapBlends(this IEndpointRouteBuilder routes)
    {
        var blends = routes.MapGroup(Path).WithTags("Playlists");
        blends.MapGet("/", GetBlends).WithName("get-blends").WithSummary("Get Current User's Blends")
            .RequireScopes(Scopes.PlaylistReadPrivate);
        var changes = blends.MapGroup("").WithRateLimit(RateLimitCategory.PlaylistChanges).RequireScopes(Scopes.PlaylistModifyPrivate);
        changes.MapPost("/", Invite).WithName("invite-to-blend").WithSummary("Invite a User to a Blend");
        changes.MapPut("/{token}", Accept).WithName("accept-blend").WithSummary("Accept an Invitation to a Blend")
            .RequireScopes(Scopes.PlaylistModifyPrivate, Scopes.PlaylistReadPrivate);
        changes.MapDelete("/{user_id}", End).WithName("end-blend").WithSummary("End a Blend");
        return routes;
    }

    private static async Task<Ok<PagingObject<BlendObject>>> GetBlends(
        CurrentUser user, PageRequest page, Viewer viewer, BlendService blends, CancellationToken ct) =>
        TypedResults.Ok(await blends.ListAsync(page, viewer, Path, ct));

    private static async Task<Created<BlendInvitationObject>> Invite(
        CurrentUser user, HttpContext context, BlendService blends, CancellationToken ct)
    {
        var (token, expiresAt) = await blends.InviteAsync(user, ct);
        return TypedResults.Created(
            (string?)null,
            new BlendInvitationObject(ApiTime.Format(expiresAt), ApiLinks.For(context).Path($"{Path}/{token}"), token));
    }

    private static async Task<Results<Created<BlendPlaylistObject>, Ok<BlendPlaylistObject>>> Accept(
        string token, CurrentUser user, Viewer viewer, BlendService blends, CancellationToken ct)
    {
        var (playlist, isNew) = await blends.AcceptAsync(token, user, viewer, ct);
        return isNew ? TypedResults.Created((string?)null, playlist) : TypedResults.Ok(playlist);
    }

    private static async Task<Ok> End(
        [FromRoute(Name = UserId)] string otherId, CurrentUser user, BlendService blends, CancellationToken ct)
    {
        if (!User.IsValidId(otherId)) throw ApiException.BadRequest("Invalid user id");
        await blends.EndAsync(user.Id, otherId, ct);
        return TypedResults.Ok();
    }
}

/// <summary>An invitation to a blend.</summary>
/// <param name="ExpiresAt">When it expires.</param>
/// <param name="Href">The address that another listener sends a PUT to.</param>
/// <param name="Token">The token, which is shown only once.</param>
internal sealed record BlendInvitationObject(string ExpiresAt, string Href, string Token);

/// <summary>A blend of the caller and another listener.</summary>
/// <param name="CreatedAt">When it began.</param>
/// <param name="MatchPercent">How similar the tastes are, from 0 to 100.</param>
/// <param name="Playlist">The caller's playlist; none before its first generation.</param>
/// <param name="User">The other listener.</param>
internal sealed record BlendObject(string CreatedAt, int MatchPercent, SimplifiedPlaylistObject? Playlist, PublicUserObject User);

/// <summary>The caller's playlist of a blend.</summary>
/// <param name="Base">The playlist.</param>
/// <param name="MatchPercent">How similar the tastes are, from 0 to 100.</param>
internal sealed record BlendPlaylistObject([property: JsonIgnore] PlaylistObject Base, int MatchPercent) : PlaylistObject(Base);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BlendInvitationObject))]
[JsonSerializable(typeof(BlendPlaylistObject))]
[JsonSerializable(typeof(PagingObject<BlendObject>))]
internal sealed partial class BlendJson : JsonSerializerContext;
