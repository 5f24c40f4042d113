using Spotify.Domain.Users;
using Spotify.Functions.Accounts.Pages;
using Spotify.Web;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>The page behind a one-time link: creates an account, or sets a new password.</summary>
public static class InvitationEndpoints
{
    private const string Path = "/invitation";

    /// <summary>Maps the page.</summary>
    internal static void MapInvitations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path + "/{token}", AskAsync).ExcludeFromDescription();
        routes.MapPost(Path + "/{token}", AcceptAsync).DisableAntiforgery().ExcludeFromDescription();
    }

    /// <summary>Returns the address of the page.</summary>
    /// <param name="origin">The scheme and host of the server.</param>
    /// <param name="token">The token of the invitation.</param>
    public static string Address(string origin, string token) => $"{origin}{Path}/{token}";

    private static async Task AskAsync(HttpContext context, string token, LocalAccounts accounts, CancellationToken ct)
    {
        if (await accounts.FindInvitationAsync(token, ct) is not { } invitation)
            await Page.RefuseAsync(context, "The link was used before or has expired; ask for a new one.", StatusCodes.Status404NotFound);
        else await WriteAsync(context, token, invitation, problem: null);
    }

    private static async Task AcceptAsync(
        HttpContext context, string token, LocalAccounts accounts, Sessions sessions, CancellationToken ct)
    {
        var invitation = await accounts.FindInvitationAsync(token, ct);
        try
        {
            var form = await FormToken.ReadFormAsync(context, ct);
            var user = await accounts.AcceptAsync(token, form["name"].ToString(), form["password"].ToString(), ct);
            await sessions.SignInAsync(context, user, ct);
            Page.Redirect(context, "/");
        }
        catch (ApiException e) when (invitation is not null)
        {
            await WriteAsync(context, token, invitation, e.Message, e.Status);
        }
        catch (ApiException e)
        {
            await Page.RefuseAsync(context, e.Message, e.Status);
        }
    }

    private static Task WriteAsync(
        HttpContext context, string token, Invitation invitation, string? problem, int status = StatusCodes.Status200OK)
    {
        var name = invitation.UserId is { } user
            ? Html.Of(
                $"""
                 <p>Choose a new password for {user}. The account is signed out everywhere, and its passkeys are removed.</p>
                 <input type="hidden" name="username" value="{user}" autocomplete="username">
                 """)
            : Html.Of(
                $"""
                 <label>Name <input name="name" autocomplete="username" autocapitalize="none" maxlength="{User.MaxIdLength}"
                 required autofocus></label>
                 """);
        return Page.WriteAsync(
            context,
            invitation.UserId is null ? "Create your account" : "New password",
            $"""
             {Page.Problem(problem)}
             <form method="post" action="{Path}/{token}">{FormToken.FieldFor(context)}
             {name}
             <label>Password, at least {LocalAccounts.MinPasswordLength} characters
             <input name="password" type="password" autocomplete="new-password" minlength="{LocalAccounts.MinPasswordLength}" required>
             </label>
             <button>Continue</button>
             </form>
             <p>You can add a passkey afterwards, at “Account and apps” in the player.</p>
             """,
            status);
    }
}
