using Spotify.Domain.Users;

namespace Spotify.Web.Identity;

/// <summary>
/// The user of a request to an endpoint that requires one. Endpoints declare it as their first parameter, so that a token without a user
/// is rejected before the rest of the request is read.
/// </summary>
/// <param name="Id">The user id.</param>
/// <param name="Caller">The caller identified by the token.</param>
public sealed record CurrentUser(string Id, Caller Caller)
{
    /// <summary>Binds endpoint parameters.</summary>
    /// <exception cref="ApiException">403: the token belongs to an app without a user.</exception>
    public static ValueTask<CurrentUser?> BindAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        return ValueTask.FromResult<CurrentUser?>(new CurrentUser(caller.RequireUser(), caller));
    }

    /// <summary>Returns a new user from the data in the token, for a user without a row.</summary>
    public User ToNewUser(DateTimeOffset now) => new(
        Id: Id,
        DisplayName: Id,
        Email: null,
        Country: Caller.Country!,
        Product: Caller.Product,
        ExplicitFilter: false,
        ExplicitFilterLocked: false,
        ImageId: null,
        CreatedAt: now);
}
