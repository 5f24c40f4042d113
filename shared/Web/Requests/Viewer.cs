using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web.Identity;

namespace Spotify.Web.Requests;

/// <summary>The caller for whom the catalog is shown, and the settings that apply to the response.</summary>
/// <param name="Caller">The caller.</param>
/// <param name="Market">
/// The market that decides what is available: the user's country or, if that is unknown, the parameter <c>market</c>; null if neither is
/// known.
/// </param>
/// <param name="MarketGiven">Whether the request has the parameter <c>market</c>; lists of markets are then omitted.</param>
/// <param name="ExplicitFilter">Whether the user filters explicit content.</param>
/// <param name="Now">The time of the request.</param>
/// <param name="Links">Builds the URLs of the response.</param>
public sealed record Viewer(Caller Caller, string? Market, bool MarketGiven, bool ExplicitFilter, DateTimeOffset Now, ApiLinks Links)
    : IEndpointParameterMetadataProvider
{
    /// <summary>
    /// Binds endpoint parameters; reads the user's row. The row may be ten seconds old, so a changed country or filter applies to responses
    /// after that time at the latest.
    /// </summary>
    /// <exception cref="ApiException">400: <c>market</c> is not a known market.</exception>
    public static async ValueTask<Viewer?> BindAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var parameter = context.Request.Query["market"].ToString() is { Length: > 0 } text and not "from_token" ? text : null;
        if (parameter is not null && !Markets.IsKnown(parameter)) throw ApiException.BadRequest("Invalid market code");

        var services = context.RequestServices;
        var row = caller.UserId is null
            ? null
            : await services.GetRequiredService<IDatabase>().ReadRecentAsync(User.Table, new Key(caller.UserId), context.RequestAborted);
        var user = row is null ? null : User.FromRow(row);
        return new Viewer(
            caller,
            user?.Country ?? caller.Country ?? parameter,
            parameter is not null,
            user?.ExplicitFilter ?? false,
            services.GetRequiredService<TimeProvider>().GetUtcNow(),
            ApiLinks.For(context));
    }

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(new RequestParameter(
        "market", typeof(string), "The ISO 3166-1 alpha-2 code of a market, used if the user's country is unknown."));

    /// <summary>Returns the reason why something may not be played, if there is one.</summary>
    public Restriction Restricts(Rights rights, bool isExplicit) =>
        Market is null ? Restriction.None
        : rights.Restricts(Market, Now) is var restriction and not Restriction.None ? restriction
        : isExplicit && ExplicitFilter ? Restriction.Explicit
        : Restriction.None;
}
