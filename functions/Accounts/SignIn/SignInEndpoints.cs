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
    private const string Continue = "continue";

    /// <summary>Maps the pages.</summary>
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (HttpContext context, ISignIn accounts) => AskAsync(context, accounts, problem: null)).ExcludeFromDescription();
        routes.MapPost(Path, (HttpContext context, SignInFlow flow) => flow.RunAsync(context, AskAsync, flow.VerifyAsync))
            .DisableAntiforgery().ExcludeFromDescription();
        routes.MapGet(NewPath, (HttpContext context, ISignIn accounts) => AskNewAsync(context, accounts, problem: null))
            .ExcludeFromDescription();
        routes.MapPost(NewPath, (HttpContext context, SignInFlow flow) => flow.RunAsync(context, AskNewAsync, flow.RegisterAsync))
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
             {(accounts.SignUp is null
                 ? Html.Empty
                 : Html.Of($"<p><a href=\"{Address(NewPath, Next(context.Request))}\">Create an account</a></p>"))}
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

    // The user may have allowed the app before, so that the answer redirects to it.
    private static string? FormTarget(HttpContext context)
    {
        var next = Next(context.Request);
        return AuthorizeEndpoints.FormTarget(
            next.IndexOf('?', StringComparison.Ordinal) is > 0 and var query
                ? QueryHelpers.ParseQuery(next[query..])["redirect_uri"].FirstOrDefault()
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
