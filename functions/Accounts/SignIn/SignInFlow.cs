using System.Net;
using Microsoft.Extensions.Options;
using Spotify.Functions.Accounts.Pages;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>Shows a form, with a problem if there is one.</summary>
internal delegate Task AskForCredentials(HttpContext context, ISignIn accounts, string? problem, int status);

/// <summary>Checks a submitted form. Returns the user.</summary>
/// <exception cref="ApiException">The form is refused.</exception>
internal delegate Task<string> CheckCredentials(string name, string password, string country, CancellationToken ct);

/// <summary>The steps that signing in and signing up have in common: limits, the session, and the page that follows.</summary>
internal sealed class SignInFlow(
    ISignIn accounts,
    GuessLimiter limiter,
    AccountChecks checks,
    Sessions sessions,
    ListenerCountry countries,
    IOptions<PublicUrlOptions> urls)
{
    /// <summary>Handles a submitted form with a name and a password.</summary>
    /// <param name="context">The request.</param>
    /// <param name="ask">Shows the form again.</param>
    /// <param name="check">Checks the credentials.</param>
    public Task RunAsync(HttpContext context, AskForCredentials ask, CheckCredentials check) =>
        RunAsync(context, ask, (form, _) => CheckAsync(context, form, check));

    /// <summary>Handles a submitted form with a passkey.</summary>
    /// <param name="context">The request.</param>
    /// <param name="check">Checks the passkey. Returns the user.</param>
    public Task RunPasskeyAsync(HttpContext context, Func<IFormCollection, Task<string>> check) =>
        RunAsync(context, SignInEndpoints.AskAsync, async (form, address) =>
        {
            if (!limiter.TryAttempt(address)) throw TooManyAttempts();
            var user = await check(form);
            limiter.Remember(user, address);
            return user;
        });

    private async Task RunAsync(HttpContext context, AskForCredentials ask, Func<IFormCollection, IPAddress, Task<string>> check)
    {
        try
        {
            var form = await FormToken.ReadFormAsync(context, context.RequestAborted);
            var user = await check(form, AddressOf(context, urls.Value));
            // Ends the sessions from before a change of the password.
            await checks.CheckAsync(user, context.RequestAborted);
            await sessions.SignInAsync(context, user, context.RequestAborted);
            Page.Redirect(context, SignInEndpoints.Next(context.Request));
        }
        catch (ApiException e)
        {
            await ask(context, accounts, e.Message, e.Status);
        }
    }

    /// <summary>Checks the credentials in a form, within the limits of attempts. Returns the user.</summary>
    /// <exception cref="ApiException">429: there were too many attempts. Otherwise the error of the check.</exception>
    public async Task<string> CheckAsync(HttpContext context, IFormCollection form, CheckCredentials check)
    {
        var (name, address) = (form["name"].ToString().Trim(), AddressOf(context, urls.Value));
        if (!limiter.TryAttempt(name.ToLowerInvariant(), address)) throw TooManyAttempts();
        var user = await check(name, form["password"].ToString(), countries.Of(context.Request), context.RequestAborted);
        limiter.Remember(name.ToLowerInvariant(), address);
        return user;
    }

    /// <summary>The error for a wrong name or password.</summary>
    public ApiException WrongCredentials => new(StatusCodes.Status403Forbidden, $"The {NameLabel} or the password is wrong.");

    /// <summary>Checks the name and password of an account.</summary>
    public async Task<string> VerifyAsync(string name, string password, string country, CancellationToken ct) =>
        await accounts.VerifyAsync(name, password, country, ct)
        ?? throw WrongCredentials;

    /// <summary>Handles a submitted form whose answer is an e-mail.</summary>
    /// <param name="context">The request.</param>
    /// <param name="ask">Shows the form again.</param>
    /// <param name="send">Sends the e-mail to an address.</param>
    public async Task RunByMailAsync(HttpContext context, AskForCredentials ask, Func<string, IFormCollection, Task> send)
    {
        try
        {
            var form = await FormToken.ReadFormAsync(context, context.RequestAborted);
            var name = form["name"].ToString().Trim();
            // Counted apart from sign-ins, which a stranger must not be able to block.
            if (!limiter.TryAttempt($"mail {name.ToLowerInvariant()}", AddressOf(context, urls.Value))) throw TooManyAttempts();
            await send(name, form);
            await Page.WriteAsync(
                context,
                "Look into your mail",
                $"""
                 <p>If {name} can have a message from us, it is on its way. Follow the link in it, then sign in.</p>
                 <p><a href="{SignInEndpoints.Address(SignInEndpoints.Next(context.Request))}">Sign in</a></p>
                 """);
        }
        catch (ApiException e)
        {
            await ask(context, accounts, e.Message, e.Status);
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

    private static ApiException TooManyAttempts() =>
        new(StatusCodes.Status429TooManyRequests, "There were too many attempts. Try again in a quarter of an hour.");

    private string NameLabel => accounts.NameLabel.ToLowerInvariant();
}
