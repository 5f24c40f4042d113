using Spotify.Catalog.Contexts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.Player;

/// <summary>The data of a user that decides which commands and items are allowed.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Country">The market; null if it is unknown.</param>
/// <param name="Product">The plan.</param>
/// <param name="ExplicitFilter">Whether explicit content is filtered.</param>
public sealed record PlayerListener(string UserId, string? Country, Product Product, bool ExplicitFilter)
{
    private static readonly Statement Find = new(
        """
        SELECT Users.Country, Users.Product, Users.ExplicitFilter, AccountRemovals.UserId AS RemovedId
        FROM (SELECT @user AS UserId) Sender
        LEFT JOIN Users ON Users.UserId = Sender.UserId
        LEFT JOIN AccountRemovals ON AccountRemovals.UserId = Sender.UserId
        """,
        ("user", ColumnType.String));

    /// <summary>Whether the plan has no limits.</summary>
    public bool IsPremium => Product != Product.Free;

    /// <summary>Returns the listener of a context that a player has, or of one that an app asks for.</summary>
    /// <param name="mayReadPrivate">
    /// Whether private playlists may be read. A context that the player has was started by an app that may.
    /// </param>
    internal ContextListener ForContexts(bool mayReadPrivate = true) => new(UserId, Country ?? "", ExplicitFilter, mayReadPrivate);

    /// <summary>Reads a listener in one round trip. A user without a row is known from the token.</summary>
    /// <exception cref="ApiException">401: the account is being removed.</exception>
    internal static async Task<PlayerListener> ReadAsync(IDatabase database, CurrentUser user, CancellationToken ct)
    {
        var row = await database.QueryAsync(Find, new Parameters { { "user", user.Id } }, null, ct).FirstAsync(ct);
        if (!row.IsNull("RemovedId")) throw RemovedAccounts.Error();
        return row.StringOrNull("Country") is { } country
            ? new PlayerListener(
                user.Id,
                country,
                Products.TryParse(row.String("Product"), out var product) ? product : Product.Free,
                row.Bool("ExplicitFilter"))
            : new PlayerListener(user.Id, user.Caller.Country, user.Caller.Product, ExplicitFilter: false);
    }
}
