using Spotify.Domain.Users;

namespace Spotify.Web.Identity;

/// <summary>The sender of a request, as identified by the access token.</summary>
/// <param name="UserId">The user; null for a token of an app without a user.</param>
/// <param name="ClientId">The app.</param>
/// <param name="Country">
/// The market when the token was issued, or by <see cref="ListenerCountry"/> if the token has none; null for an app without a user. The
/// user's row takes precedence.
/// </param>
/// <param name="Product">The plan when the token was issued. The user's row takes precedence.</param>
public sealed record Caller(string? UserId, string? ClientId, string? Country, Product Product)
{
    /// <summary>Returns the caller that <see cref="AccessTokenMiddleware"/> has set.</summary>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new ApiException(StatusCodes.Status401Unauthorized, "No token provided");

    /// <summary>Returns the user.</summary>
    /// <exception cref="ApiException">403: the token belongs to an app without a user.</exception>
    public string RequireUser() =>
        UserId ?? throw new ApiException(StatusCodes.Status403Forbidden, "This needs a token of a user; the one given is an app's");

    /// <summary>Binds endpoint parameters.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(Of(context));
}
