using Microsoft.AspNetCore.WebUtilities;
using Spotify.Functions.Accounts.Authorize;
using Spotify.Functions.Accounts.Pages;
using Spotify.Functions.Accounts.Passkeys;
using Spotify.Web;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>The page on which a user signs in.</summary>
internal static class SignInEndpoints
{
    private const string Path = "/login";
    private const string NewPath = "/login/new";
    private const string ForgottenPath = "/login/forgotten";
    private const string Continue = "continue";

    /// <summary>Maps the pages.</summary>
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (HttpContext context, ISignIn accounts) => AskAsync(context, accounts, problem: null)).ExcludeFromDescription();
        routes.MapPost(Path, (HttpContext context, SignInFlow flow) => flow.RunAsync(context, AskAsync, flow.VerifyAsync))
            .DisableAntiforgery().ExcludeFromDescription();
        routes.MapGet(NewPath, (HttpContext context, ISignIn accounts) => AskNewAsync(context, accounts, problem: null))
            .ExcludeFromDescription();
        routes.MapPost(NewPath, (HttpContext context, SignInFlow flow, ISignIn accounts) => flow.RunByMailAsync(
                context, AskNewAsync, (name, form) => accounts.SignUp?.RegisterAsync(
                    name, form["password"].ToString(), context.RequestAborted) ?? throw ApiException.NotFound("Nobody can sign up here.")))
            .DisableAntiforgery().ExcludeFromDescription();
        routes.MapGet(ForgottenPath, (HttpContext context, ISignIn accounts) => AskForgottenAsync(context, accounts, problem: null))
            .ExcludeFromDescription();
        routes.MapPost(ForgottenPath, (HttpContext context, SignInFlow flow, ISignIn accounts) => flow.RunByMailAsync(
                context, AskForgottenAsync, (name, _) => accounts.PasswordReset?.SendAsync(
                    name, context.RequestAborted) ?? throw ApiException.NotFound("The owner of this machine gives new passwords.")))
            .DisableAntiforgery().ExcludeFromDescription();
    }

    /// <summary>Returns the address of the sign-in page that leads back to another page.</summary>
    public static string Address(string next) => Address(Path, next);

    /// <summary>Returns the address of a page or form of the sign-in that leads back to another page.</summary>
    public static string Address(string path, string next) => $"{path}?{Continue}={Uri.EscapeDataString(next)}";

    /// <summary>Shows the page.</summary>
    public static async Task AskAsync(HttpContext context, ISignIn accounts, string? problem, int status = StatusCodes.Status200OK)
    {
        var passkey = context.RequestServices.GetService<PasskeyPages>() is { } passkeys
            ? await passkeys.WriteSignInAsync(context)
            : Html.Empty;
        await Page.WriteAsync(
            context,
            "Sign in",
            $"""
             {Page.Problem(problem)}
             {CredentialsForm(context, accounts, Path, "current-password", "Sign in")}
             {passkey}
             {(accounts.PasswordReset is null
                 ? Html.Of($"<p>Forgot your password? Ask the owner of this machine for a link.</p>")
                 : Html.Of($"<p><a href=\"{Address(ForgottenPath, Next(context.Request))}\">Forgot your password?</a></p>"))}
             {(accounts.SignUp is null
                 ? Html.Empty
                 : Html.Of(
                     $"""
                      <p><a href="{Address(NewPath, Next(context.Request))}">Create an account</a>. A new account can sign in once you have
                      followed the link in the message to your address.</p>
                      """))}
             """,
            status,
            FormTarget(context));
    }

    private static Task AskNewAsync(HttpContext context, ISignIn accounts, string? problem, int status = StatusCodes.Status200OK) =>
        accounts.SignUp is null
            ? Page.RefuseAsync(context, "Nobody can sign up here.", StatusCodes.Status404NotFound)
            : Page.WriteAsync(
                context,
                "Create an account",
                $"""
                 {Page.Problem(problem)}
                 {CredentialsForm(context, accounts, NewPath, "new-password", "Create the account")}
                 <p><a href="{Address(Next(context.Request))}">Sign in</a></p>
                 """,
                status,
                FormTarget(context));

    private static Task AskForgottenAsync(
        HttpContext context, ISignIn accounts, string? problem, int status = StatusCodes.Status200OK) =>
        accounts.PasswordReset is null
            ? Page.RefuseAsync(context, "Ask the owner of this machine for a link.", StatusCodes.Status404NotFound)
            : Page.WriteAsync(
                context,
                "Forgot your password?",
                $"""
                 {Page.Problem(problem)}
                 <form method="post" action="{Address(ForgottenPath, Next(context.Request))}">{FormToken.FieldFor(context)}
                 <label>{accounts.NameLabel} <input name="name" autocomplete="username" autocapitalize="none" required autofocus></label>
                 <button>Send a link</button>
                 </form>
                 """,
                status);

    // The user may have allowed the app before, so that the answer redirects to it.
    private static string? FormTarget(HttpContext context)
    {
        var next = Next(context.Request);
        return AuthorizeEndpoints.FormTarget(
            next.IndexOf('?', StringComparison.Ordinal) is > 0 and var query
                ? QueryHelpers.ParseQuery(next[query..]).GetValueOrDefault("redirect_uri").FirstOrDefault()
                : null);
    }

    private static Html CredentialsForm(HttpContext context, ISignIn accounts, string path, string passwordKind, string button) => Html.Of(
        $"""
         <form method="post" action="{Address(path, Next(context.Request))}">{FormToken.FieldFor(context)}
         <label>{accounts.NameLabel} <input name="name" autocomplete="username" autocapitalize="none" required autofocus></label>
         <label>Password <input name="password" type="password" autocomplete="{passwordKind}" required></label>
         <button>{button}</button>
         </form>
         """);

    /// <summary>
    /// Returns the page that follows the sign-in. Only pages of this server, so that a link cannot send a user to another site.
    /// </summary>
    public static string Next(HttpRequest request) =>
        request.Query[Continue] is [{ } next]
        && (next.StartsWith($"{AuthorizeEndpoints.Path}?", StringComparison.Ordinal)
            || next.StartsWith("/account", StringComparison.Ordinal))
        && !next.Any(char.IsControl)
            ? next
            : "/account";
}
