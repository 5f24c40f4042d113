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
    /// <summary>The description of the parameter <c>market</c>.</summary>
    public static RequestParameter MarketParameter { get; } = new(
        "market", typeof(string), "The ISO 3166-1 alpha-2 code of a market, used if the user's country is unknown.");

    /// <summary>
    /// Binds endpoint parameters; reads the user's row. The row may be ten seconds old, so a changed country or filter applies to responses
    /// after that time at the latest.
    /// </summary>
    /// <exception cref="ApiException">400: <c>market</c> is not a known market.</exception>
    public static async ValueTask<Viewer?> BindAsync(HttpContext context)
    {
        var market = MarketOf(context);
        var caller = Caller.Of(context);
        var row = caller.UserId is null
            ? null
            : await context.RequestServices.GetRequiredService<IDatabase>()
                .ReadRecentAsync(User.Table, new Key(caller.UserId), context.RequestAborted);
        var user = row is null ? null : User.FromRow(row);
        return Of(context, market, user?.Country ?? caller.Country, user?.ExplicitFilter ?? false);
    }

    /// <summary>Returns the parameter <c>market</c>; null if the request has none.</summary>
    /// <exception cref="ApiException">400: <c>market</c> is not a known market.</exception>
    public static string? MarketOf(HttpContext context)
    {
        var parameter = context.Request.Query["market"].ToString() is { Length: > 0 } text and not "from_token" ? text : null;
        return parameter is null || Markets.IsKnown(parameter) ? parameter : throw ApiException.BadRequest("Invalid market code");
    }

    /// <summary>Returns the viewer of a request whose user has been read.</summary>
    /// <param name="context">The request.</param>
    /// <param name="market">The parameter <c>market</c>; null if the request has none.</param>
    /// <param name="country">The user's country; null if it is unknown.</param>
    /// <param name="explicitFilter">Whether the user filters explicit content.</param>
    public static Viewer Of(HttpContext context, string? market, string? country, bool explicitFilter) => new(
        Caller.Of(context),
        country ?? market,
        market is not null,
        explicitFilter,
        context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow(),
        ApiLinks.For(context));

    /// <inheritdoc/>
    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) => builder.Metadata.Add(MarketParameter);

    /// <summary>Returns the reason why something may not be played, if there is one.</summary>
    public Restriction Restricts(Rights rights, bool isExplicit) =>
        Market is null ? Restriction.None
        : rights.Restricts(Market, Now) is var restriction and not Restriction.None ? restriction
        : isExplicit && ExplicitFilter ? Restriction.Explicit
        : Restriction.None;
}
