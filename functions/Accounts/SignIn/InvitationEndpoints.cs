using Spotify.Domain.Users;
using Spotify.Functions.Accounts.Pages;
using Spotify.Functions.Player.Live;
using Spotify.Web;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>The page behind a one-time link: creates an account, or sets a new password.</summary>
public static class InvitationEndpoints
{
    private const string Path = "/invitation";
    private const string ScriptPath = "/invitation.js";
    private const string Token = "token";
    private const string Password = "password";

    private const string Script = """
        const field = document.querySelector('input[name=token]');
        if (location.hash.length > 1) {
          field.value = location.hash.slice(1);
          history.replaceState(null, '', location.pathname);
          field.form.submit();
        }
        """;

    /// <summary>Maps the page.</summary>
    internal static void MapInvitations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, AskForTokenAsync).ExcludeFromDescription();
        routes.MapGet(ScriptPath, () => TypedResults.Text(Script, "text/javascript")).ExcludeFromDescription();
        routes.MapPost(Path, AcceptAsync).DisableAntiforgery().ExcludeFromDescription();
    }

    /// <summary>
    /// Returns the address of the page. The token is in the fragment, which browsers do not send, so that no log of a proxy contains it.
    /// </summary>
    /// <param name="origin">The scheme and host of the server.</param>
    /// <param name="token">The token of the invitation.</param>
    public static string Address(string origin, string token) => $"{origin}{Path}#{token}";

    // The script submits the form with the fragment. Without JavaScript, people copy the link.
    private static Task AskForTokenAsync(HttpContext context)
    {
        Page.AddScript(context, ScriptPath);
        return Page.WriteAsync(
            context,
            "Your invitation",
            $"""
             <form method="post" action="{Path}">{FormToken.FieldFor(context)}
             <label>The link that you were sent <input name="{Token}" autocomplete="off" required autofocus></label>
             <button>Continue</button>
             </form>
             """);
    }

    private static async Task AcceptAsync(
        HttpContext context, LocalAccounts accounts, Sessions sessions, PlayerAccess access, CancellationToken ct)
    {
        var (token, invitation) = ("", (Invitation?)null);
        try
        {
            var form = await FormToken.ReadFormAsync(context, ct);
            token = form[Token].ToString().Trim().Split('#')[^1];
            invitation = await accounts.FindInvitationAsync(token, ct) ?? throw ApiException.NotFound(
                "The link was used before or has expired; ask for a new one.");
            if (!form.ContainsKey(Password))
            {
                await WriteAsync(context, token, invitation, problem: null);
                return;
            }

            var user = await accounts.AcceptAsync(token, form["name"].ToString(), form[Password].ToString(), ct);
            if (invitation.UserId is not null) await access.EndAllAsync(user);
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
                 <p>Choose a new password for {user}. The account is signed out everywhere, apps lose their access, and its passkeys are
                 removed.</p>
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
             <form method="post" action="{Path}">{FormToken.FieldFor(context)}
             <input type="hidden" name="{Token}" value="{token}">
             {name}
             <label>Password, at least {LocalAccounts.MinPasswordLength} characters
             <input name="{Password}" type="password" autocomplete="new-password" minlength="{LocalAccounts.MinPasswordLength}" required>
             </label>
             <button>Continue</button>
             </form>
             <p>You can add a passkey afterwards, at “Account and apps” in the player.</p>
             """,
            status);
    }
}
