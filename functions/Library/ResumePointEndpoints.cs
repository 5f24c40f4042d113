using Microsoft.AspNetCore.Http.HttpResults;
using Spotify.Domain;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Requests;

namespace Spotify.Functions.Library;

/// <summary>The endpoints for resume points: marks episodes and chapters as played, as unplayed or as played to a position.</summary>
internal static class ResumePointEndpoints
{
    private const string List = "resume_points";

    /// <summary>Maps the endpoints.</summary>
    public static void MapResumePoints(this IEndpointRouteBuilder routes)
    {
        var points = routes.MapGroup("/v1/me/resume-points").WithTags("Library");
        points.MapPut("/", Set).WithName("set-resume-points").WithSummary("Set the User's Positions in Episodes and Chapters")
            .WithBody<ResumePointChanges>().RequireScopes(Scopes.UserLibraryModify | Scopes.UserModifyPlaybackState);
        points.MapGet("/", Get).WithName("get-resume-points").WithSummary("Get the User's Positions in Episodes and Chapters")
            .WithList("uris").RequireScopes(Scopes.UserReadPlaybackPosition);
    }

    private static async Task<Ok> Set(
        CurrentUser user, RequestBody body, ResumePointService points, TimeProvider time, CancellationToken ct)
    {
        await points.SetAsync(user.ToNewUser(time.GetUtcNow()), Changes(body.Json(LibraryJson.Default.ResumePointChanges)), ct);
        return TypedResults.Ok();
    }

    private static async Task<Ok<ResumePointList>> Get(
        CurrentUser user, HttpContext context, ResumePointService points, CancellationToken ct) =>
        TypedResults.Ok(await points.GetAsync(
            user.Id, [.. RequestList.FromQuery(context, "uris", RequestIds.MaxIds).Select(text => Item(text, "uris"))], ct));

    private static List<(SpotifyUri Uri, long PositionMs, bool? FullyPlayed)> Changes(ResumePointChanges? body) => body?.ResumePoints switch
    {
        null or [] => throw ApiException.BadRequest($"Missing required parameter {List}"),
        { Count: > RequestIds.MaxIds } => throw ApiException.BadRequest($"Too many {List} requested: at most {RequestIds.MaxIds}"),
        var changes => [.. changes.Select(Change)],
    };

    private static (SpotifyUri Uri, long PositionMs, bool? FullyPlayed) Change(ResumePointChange? change, int index)
    {
        var entry = $"{List}[{index}]";
        var uri = Item(change?.Uri, entry);
        if (change is not { ResumePositionMs: not null } and not { FullyPlayed: not null })
            throw ApiException.BadRequest($"Invalid {entry}: resume_position_ms or fully_played is required");
        if (change.ResumePositionMs < 0)
            throw ApiException.BadRequest($"Invalid {entry}: resume_position_ms is a number of milliseconds, 0 or more");
        return (uri, change.ResumePositionMs ?? 0, change.FullyPlayed);
    }

    private static SpotifyUri Item(string? text, string list) =>
        SpotifyUri.TryParse(text, out var uri) && uri is { Type: EntityType.Episode or EntityType.Chapter }
            ? uri
            : throw ApiException.BadRequest($"Invalid URI in {list}: {RequestList.Shown(text)} is not an episode or a chapter");
}
