using Spotify.Functions.Accounts.Apps;
using Spotify.Functions.Accounts.Pages;
using Spotify.Functions.Accounts.Tokens;
using Spotify.Functions.Player.Live;
using Spotify.Web;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>The ends of sign-ins: of this browser, or of all browsers of the user.</summary>
internal static class SignOutEndpoints
{
    private const string Everywhere = "everywhere";

    /// <summary>Maps the form of the pages and the endpoint of the web player.</summary>
    public static void MapSignOut(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/logout", SubmitAsync).DisableAntiforgery().ExcludeFromDescription();
        routes.MapPost("/api/sign-out", SignPlayerOutAsync).DisableAntiforgery().ExcludeFromDescription();
    }

    private static async Task SubmitAsync(HttpContext context, Sessions sessions, PlayerAccess access, CancellationToken ct)
    {
        try
        {
            var form = await FormToken.ReadFormAsync(context, ct);
            var user = await sessions.UserOfAsync(context, ct);
            var isEverywhere = form[Everywhere] == "true" && user is not null;
            if (isEverywhere) await sessions.EndAllAsync(user!, ct);
            await sessions.SignOutAsync(context, ct);
            if (isEverywhere) await access.EndAppAsync(user!, AppRegistry.WebPlayer);
            else if (user is not null) await access.EndLiveTokensAsync(user);
            Page.Redirect(context, "/");
        }
        catch (ApiException e)
        {
            await Page.RefuseAsync(context, e.Message, e.Status);
        }
    }

    // Revokes the web player's refresh token and ends the session of its browser, even if the token has ended before.
    private static async Task SignPlayerOutAsync(
        HttpContext context, RefreshTokens refreshTokens, Sessions sessions, PlayerAccess access, CancellationToken ct)
    {
        // Other sites, also those on another port of this machine, must not sign a listener out.
        if (context.Request.Headers["Sec-Fetch-Site"] is not ["same-origin"])
            throw new ApiException(StatusCodes.Status403Forbidden, "Only the web player can sign itself out");
        var form = await UrlEncodedForm.RequireAsync(context.Request, ct);
        var client = new Client(AppRegistry.WebPlayer, IsAuthenticated: false);
        var revoked = await refreshTokens.RevokeAsync(form["token"].ToString(), client, ct);
        var user = revoked?.UserId ?? await sessions.UserOfAsync(context, ct);
        var isEverywhere = form[Everywhere] == "true" && revoked is not null;
        if (isEverywhere) await sessions.EndAllAsync(user!, ct);
        await sessions.SignOutAsync(context, ct);
        if (isEverywhere) await access.EndAppAsync(user!, AppRegistry.WebPlayer);
        else if (revoked is var (_, family)) await access.EndSessionAsync(user!, family);
        else if (user is not null) await access.EndLiveTokensAsync(user);
    }
}
