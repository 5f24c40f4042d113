using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Licenses.Issuing;

/// <summary>The endpoints for licenses.</summary>
internal static class IssuingEndpoints
{
    // 50 URIs and a cursor, with room for other members.
    private const int MaxBodyBytes = 16 << 10;

    /// <summary>Registers the services of the endpoints.</summary>
    public static IServiceCollection AddIssuing(this IServiceCollection services)
    {
        services.AddWireJson(LicensesJson.Default);
        services.TryAddSingleton<ContentReader>();
        services.TryAddSingleton<RenewalReader>();
        services.TryAddSingleton<LicenseService>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapIssuing(this IEndpointRouteBuilder routes)
    {
        var licenses = routes.MapGroup("/v1/me/devices/{id}/licenses").WithTags("Offline").WithRateLimit(RateLimitCategory.Playback)
            .RequireScopes(Scopes.Streaming);
        licenses.MapPost("/", Issue).WithName("issue-licenses").WithSummary("Get Licenses to Play Offline")
            .WithBodyLimit(MaxBodyBytes).WithBody<IssueObject>();
        licenses.MapPost("/renewals", Renew).WithName("renew-licenses").WithSummary("Renew Licenses to Play Offline")
            .WithBodyLimit(MaxBodyBytes).WithBody<RenewObject>();
        licenses.MapDelete("/", Revoke).WithName("revoke-licenses").WithSummary("Remove Items from a Device That Plays Offline")
            .WithBodyLimit(MaxBodyBytes).WithBody<RevokeObject>();
        return routes;
    }

    private static async Task<Ok<LicensesObject>> Issue(
        CurrentUser user, string id, RequestBody body, HttpContext context, LicenseService licenses, CancellationToken ct)
    {
        var request = IssueRequest.Of(body.Json(LicensesJson.Default.IssueObject));
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(await licenses.IssueAsync(user.Caller, RequestIds.One(id), request, ct));
    }

    private static async Task<Ok<LicensesObject>> Renew(
        CurrentUser user, string id, RequestBody body, HttpContext context, LicenseService licenses, CancellationToken ct)
    {
        var request = RenewRequest.Of(body.Json(LicensesJson.Default.RenewObject));
        context.Response.Headers.CacheControl = "private, no-store";
        return TypedResults.Ok(await licenses.RenewAsync(user.Caller, RequestIds.One(id), request, ct));
    }

    private static async Task<NoContent> Revoke(
        CurrentUser user, string id, RequestBody body, LicenseService licenses, CancellationToken ct)
    {
        var uris = IssueRequest.Uris(body.Json(LicensesJson.Default.RevokeObject)?.Uris, collections: true);
        await licenses.RevokeAsync(user.Id, RequestIds.One(id), uris, ct);
        return TypedResults.NoContent();
    }
}
