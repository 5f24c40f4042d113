using Spotify.Domain.Users;

namespace Spotify.Web.Identity;

/// <summary>
/// The user of a request to an endpoint that needs one. Endpoints have it as their first parameter: a token of an app alone is then
/// refused before anything else of the request is looked at.
/// </summary>
/// <param name="Id">The user.</param>
/// <param name="Caller">All that the token says.</param>
public sealed record CurrentUser(string Id, Caller Caller)
{
    /// <summary>Binds endpoint parameters.</summary>
    /// <exception cref="ApiException">403: the token is an app's alone.</exception>
    public static ValueTask<CurrentUser?> BindAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        return ValueTask.FromResult<CurrentUser?>(new CurrentUser(caller.RequireUser(), caller));
    }

    /// <summary>The row of a user who has none yet, from what the token says.</summary>
    public User ToNewUser(DateTimeOffset now) => new(Id, Id, null, Caller.Country ?? "US", Caller.Product, false, false, null, now);
}
