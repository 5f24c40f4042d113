using Spotify.Domain.Users;

namespace Spotify.Web.Identity;

/// <summary>Who sent a request, as the access token says.</summary>
/// <param name="UserId">The user; null for a token of an app alone.</param>
/// <param name="ClientId">The app.</param>
/// <param name="Country">The market at the time of issue; the user's row, once there is one, says it better.</param>
/// <param name="Product">The plan at the time of issue; likewise.</param>
public sealed record Caller(string? UserId, string? ClientId, string? Country, Product Product)
{
    /// <summary>The caller of a request that <see cref="AccessTokenMiddleware"/> let through.</summary>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new ApiException(StatusCodes.Status401Unauthorized, "No token provided");

    /// <summary>The user.</summary>
    /// <exception cref="ApiException">403: the token is an app's alone.</exception>
    public string RequireUser() => UserId ?? throw new ApiException(StatusCodes.Status403Forbidden, "This needs a token of a user; the one given is an app's");

    /// <summary>Binds endpoint parameters.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(Of(context));
}
