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
/// <param name="Scopes">The scopes of the token.</param>
public sealed record Caller(string? UserId, string? ClientId, string? Country, Product Product, Scopes Scopes)
{
    /// <summary>The sign-in of the app: the family of its refresh tokens. Null for a token without a refresh token.</summary>
    public string? SessionId { get; init; }

    /// <summary>When the token was issued, in whole seconds.</summary>
    public DateTimeOffset IssuedAt { get; init; }

    /// <summary>When the token expires, in whole seconds.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Returns the caller that <see cref="AccessTokenMiddleware"/> has set.</summary>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new ApiException(StatusCodes.Status401Unauthorized, "No token provided");

    /// <summary>Returns the user.</summary>
    /// <exception cref="ApiException">403: the token belongs to an app without a user.</exception>
    public string RequireUser() =>
        UserId ?? throw new ApiException(StatusCodes.Status403Forbidden, "This needs a token of a user; the one given is an app's");

    /// <summary>Requires scopes that depend on the content of the request or on the data.</summary>
    /// <param name="scopes">The scopes, all of which are required.</param>
    /// <exception cref="ApiException">403: the token does not have all of them.</exception>
    public void Require(Scopes scopes)
    {
        if (!Scopes.HasFlag(scopes))
        {
            throw new ApiException(StatusCodes.Status403Forbidden, RequiredScopesMiddleware.Message)
            {
                Challenge = RequiredScopes.ChallengeOf(scopes),
            };
        }
    }

    /// <summary>Binds endpoint parameters.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(Of(context));
}
