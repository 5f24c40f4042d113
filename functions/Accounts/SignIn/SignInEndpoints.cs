using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Spotify.Functions.Accounts.Authorize;
using Spotify.Functions.Accounts.Pages;
using Spotify.Web;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>The page on which a user signs in.</summary>
internal static class SignInEndpoints
{
    private const string Path = "/login";
    private const string Continue = "continue";

    /// <summary>Maps the page.</summary>
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (HttpContext context) => AskAsync(context, problem: null)).ExcludeFromDescription();
        routes.MapPost(Path, SignInAsync).DisableAntiforgery().ExcludeFromDescription();
    }

    /// <summary>Returns the address of the sign-in page that leads back to another page.</summary>
    public static string Address(string next) => $"{Path}?{Continue}={Uri.EscapeDataString(next)}";

    private static Task AskAsync(HttpContext context, string? problem, int status = StatusCodes.Status200OK) => Page.WriteAsync(
        context,
        "Sign in",
        $"""
         {(problem is null ? Html.Empty : Html.Of($"<p class=\"error\">{problem}</p>"))}
         <form method="post" action="{Address(Next(context.Request))}">{FormToken.FieldFor(context)}
         <label>Name <input name="name" autocomplete="username" autocapitalize="none" required autofocus></label>
         <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
         <button>Sign in</button>
         </form>
         """,
        status,
        // The user may have allowed the app before, so that the answer redirects to it.
        AuthorizeEndpoints.FormTarget(RedirectUri(Next(context.Request))));

    private static string? RedirectUri(string next) =>
        next.IndexOf('?', StringComparison.Ordinal) is > 0 and var query
            ? QueryHelpers.ParseQuery(next[query..])["redirect_uri"].FirstOrDefault()
            : null;

    private static async Task SignInAsync(
        HttpContext context,
        ISignIn accounts,
        GuessLimiter limiter,
        Sessions sessions,
        IOptions<PublicUrlOptions> urls,
        CancellationToken ct)
    {
        try
        {
            var form = await FormToken.ReadFormAsync(context, ct);
            var (name, address) = (form["name"].ToString().Trim(), AddressOf(context, urls.Value));
            if (!limiter.TryAttempt(name.ToLowerInvariant(), address))
            {
                await AskAsync(
                    context, "There were too many attempts. Try again in a quarter of an hour.", StatusCodes.Status429TooManyRequests);
                return;
            }

            if (await accounts.VerifyAsync(name, form["password"].ToString(), ct) is not { } user)
            {
                await AskAsync(context, "The name or the password is wrong.", StatusCodes.Status403Forbidden);
                return;
            }

            limiter.Remember(name.ToLowerInvariant(), address);
            await sessions.SignInAsync(context, user, ct);
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = Next(context.Request);
        }
        catch (ApiException e)
        {
            await AskAsync(context, e.Message, e.Status);
        }
    }

    // A proxy on this machine appends the address of its client.
    private static IPAddress AddressOf(HttpContext context, PublicUrlOptions urls)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        return urls.PublicUrl is not null && IPAddress.IsLoopback(address)
            && IPAddress.TryParse(context.Request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim(), out var client)
            ? client
            : address;
    }

    // Only pages of this server, so that a link cannot send a user to another site after the sign-in.
    private static string Next(HttpRequest request) =>
        request.Query[Continue] is [{ } next]
        && (next.StartsWith($"{AuthorizeEndpoints.Path}?", StringComparison.Ordinal)
            || next.StartsWith("/account", StringComparison.Ordinal))
        && !next.Any(char.IsControl)
            ? next
            : "/account";
}
