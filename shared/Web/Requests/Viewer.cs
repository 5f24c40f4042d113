using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web.Identity;

namespace Spotify.Web.Requests;

/// <summary>Through whose eyes the catalog is seen.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Market">
/// The market everything is judged by: the user's country, which goes before the parameter <c>market</c>; null where neither is known.
/// </param>
/// <param name="MarketGiven">Whether the request names a market; lists of markets are then left out.</param>
/// <param name="ExplicitFilter">Whether the user hears nothing marked explicit.</param>
/// <param name="Now">The time of the request.</param>
/// <param name="Links">Makes the URLs of the answer.</param>
public sealed record Viewer(Caller Caller, string? Market, bool MarketGiven, bool ExplicitFilter, DateTimeOffset Now, ApiLinks Links)
{
    /// <summary>Binds endpoint parameters; reads the user's row.</summary>
    /// <exception cref="ApiException">400: <c>market</c> is not a market.</exception>
    public static async ValueTask<Viewer?> BindAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var parameter = context.Request.Query["market"].ToString() is { Length: > 0 } text and not "from_token" ? text : null;
        if (parameter is not null && !Markets.IsKnown(parameter)) throw ApiException.BadRequest("Invalid market code");

        var services = context.RequestServices;
        var row = caller.UserId is null
            ? null
            : await services.GetRequiredService<IDatabase>().ReadAsync(User.Table, new Key(caller.UserId), context.RequestAborted);
        var user = row is null ? null : User.FromRow(row);
        return new Viewer(
            caller,
            user?.Country ?? caller.Country ?? parameter,
            parameter is not null,
            user?.ExplicitFilter ?? false,
            services.GetRequiredService<TimeProvider>().GetUtcNow(),
            ApiLinks.For(context));
    }

    /// <summary>Whether and why something may not be played.</summary>
    public Restriction Restricts(Rights rights, bool isExplicit) =>
        Market is null ? Restriction.None
        : rights.Restricts(Market, Now) is var restriction and not Restriction.None ? restriction
        : isExplicit && ExplicitFilter ? Restriction.Explicit
        : Restriction.None;
}
