using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Functions.Accounts.Apps;
using Spotify.Functions.Accounts.Pages;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Functions.Accounts.Tokens;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Accounts.Authorize;

/// <summary>The authorization endpoint: signs the user in, asks whether the app may have access, and sends the app a code.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1"/>
internal static class AuthorizeEndpoints
{
    /// <summary>The path of the endpoint.</summary>
    public const string Path = "/authorize";

    private static readonly Dictionary<string, string> Descriptions = new()
    {
        ["app-remote-control"] = "Communicate with the player on your device",
        ["playlist-read-private"] = "See your private playlists",
        ["playlist-read-collaborative"] = "See your collaborative playlists",
        ["playlist-modify-public"] = "Change your public playlists",
        ["playlist-modify-private"] = "Change your private playlists",
        ["user-library-read"] = "See what you have saved",
        ["user-library-modify"] = "Save and remove items for you",
        ["user-read-private"] = "See your country and plan",
        ["user-read-email"] = "See your e-mail address",
        ["user-follow-read"] = "See whom you follow",
        ["user-follow-modify"] = "Follow and unfollow for you",
        ["user-top-read"] = "See your top artists and tracks",
        ["user-read-playback-position"] = "See your position in episodes and chapters",
        ["user-read-playback-state"] = "See what you play and your devices",
        ["user-read-recently-played"] = "See what you have played recently",
        ["user-read-currently-playing"] = "See what you are playing",
        ["user-modify-playback-state"] = "Control your players",
        ["ugc-image-upload"] = "Upload images for you",
        ["streaming"] = "Play music",
    };

    /// <summary>Maps the endpoint.</summary>
    public static void MapAuthorize(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, AskAsync).WithTags(TokenEndpoints.Tag).WithName("authorize").WithSummary("Ask the user for access");
        routes.MapPost(Path, DecideAsync).DisableAntiforgery().ExcludeFromDescription();
    }

    private static Task AskAsync(
        HttpContext context, AuthorizeFlow flow, AppGrants grants, Sessions sessions, CancellationToken ct) =>
        flow.RunAsync(context, async request =>
        {
            if (await sessions.UserOfAsync(context, ct) is not { } user) SignIn(context);
            else if (await IsAllowedAsync(request, grants, user, ct)) await flow.AllowAsync(context, request, user, ct);
            else await AskUserAsync(context, request, user);
        }, ct);

    // On a device, another app can use the client id and the redirect URI of an app that has no secret, so the user decides each time
    // (RFC 8252, 8.6).
    private static async Task<bool> IsAllowedAsync(AuthorizeRequest request, AppGrants grants, string user, CancellationToken ct)
    {
        if (request.ShowDialog) return false;
        if (request.App.Id == AppRegistry.WebPlayer) return true;
        var isOnDevice = !request.RedirectUri.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        return !(isOnDevice && request.Challenge is not null)
            && await grants.ScopesAsync(user, request.App.Id, ct) is { } allowed && (request.Scopes & ~allowed) == 0;
    }

    private static Task DecideAsync(HttpContext context, AuthorizeFlow flow, Sessions sessions, CancellationToken ct) =>
        flow.RunAsync(context, async request =>
        {
            var form = await FormToken.ReadFormAsync(context, ct);
            if (await sessions.UserOfAsync(context, ct) is not { } user) SignIn(context);
            else if (form["decision"] == "allow") await flow.AllowAsync(context, request, user, ct);
            else throw new AuthorizeException(request.App, request.RedirectUri, request.State, "access_denied", "The user refused");
        }, ct);

    private static Task AskUserAsync(HttpContext context, AuthorizeRequest request, string user)
    {
        var address = context.Request.Path + context.Request.QueryString;
        var wishes = request.Scopes == Scopes.None ? ["See your public profile"] : request.Scopes.Each().Select(Describe);
        return Page.WriteAsync(
            context,
            $"Allow {request.App.Name}?",
            $"""
             <p>You are signed in as {user}. {request.App.Name} wants to:</p>
             <ul>{Html.Each(wishes, wish => $"<li>{wish}</li>")}</ul>
             <p>You will be sent to <code>{TargetOf(request.RedirectUri)}</code>.
             You can withdraw the access at any time.</p>
             <form method="post" action="{address}">{FormToken.FieldFor(context)}
             <button name="decision" value="allow">Allow</button><button name="decision" value="deny">Refuse</button>
             </form>
             """,
            formTarget: FormTarget(request.RedirectUri));
    }

    /// <summary>Sends the browser to the sign-in page, which leads back to the request.</summary>
    public static void SignIn(HttpContext context) =>
        Page.Redirect(context, SignInEndpoints.Address(context.Request.Path + context.Request.QueryString));

    /// <summary>Shows an error that would be sent to an app. The user decides whether to go there.</summary>
    public static Task ShowErrorAsync(HttpContext context, AuthorizeException error) => Page.WriteAsync(
        context,
        $"{error.App.Name} made an invalid request",
        $"""
         {Page.Problem(error.Message)}
         <form method="post" action="{context.Request.Path + context.Request.QueryString}">{FormToken.FieldFor(context)}
         <button>Go to {TargetOf(error.RedirectUri)}</button>
         </form>
         """,
        StatusCodes.Status400BadRequest,
        FormTarget(error.RedirectUri));

    private static string TargetOf(string redirectUri) =>
        new Uri(redirectUri) is { Scheme: "http" or "https" } web ? web.GetLeftPart(UriPartial.Authority) : redirectUri;

    /// <summary>
    /// Returns the origin or scheme of a redirect URI, for the policy of a form whose answer may redirect there; null for a URI that no app
    /// can register, so that a link cannot write into the header of the policy.
    /// </summary>
    public static string? FormTarget(string? redirectUri)
    {
        if (redirectUri is null || RedirectUri.Problem(redirectUri) is not null) return null;
        var target = new Uri(redirectUri);
        return target.Scheme is "http" or "https" ? target.GetLeftPart(UriPartial.Authority) : $"{target.Scheme}:";
    }

    private static string Describe(string scope) => Descriptions[scope];
}

/// <summary>The steps of an authorization that both of its requests have in common.</summary>
internal sealed class AuthorizeFlow(
    AppRegistry apps, AppGrants grants, AuthorizationCodes codes, Sessions sessions, IDatabase database, IOptions<PublicUrlOptions> urls)
{
    /// <summary>Reads a request and handles it. Sends errors to the user or to the app.</summary>
    public async Task RunAsync(HttpContext context, Func<AuthorizeRequest, Task> handle, CancellationToken ct)
    {
        try
        {
            try
            {
                await handle(await AuthorizeRequest.ReadAsync(context.Request, apps, ct));
            }
            catch (AuthorizeException e)
            {
                await SendErrorAsync(context, e, ct);
            }
        }
        catch (InvalidClientException e)
        {
            await Page.RefuseAsync(context, e.Message);
        }
        catch (ApiException e)
        {
            await Page.RefuseAsync(context, e.Message, e.Status);
        }
    }

    /// <summary>Allows the access and sends the app a code.</summary>
    public async Task AllowAsync(HttpContext context, AuthorizeRequest request, string user, CancellationToken ct)
    {
        var code = await database.TransactAsync(
            async transaction =>
            {
                var grant = await grants.AllowAsync(transaction, user, request.App.Id, request.Scopes);
                var (code, insert) = codes.Create(
                    request.App.Id, user, grant, request.RedirectUri, request.Scopes, request.Challenge);
                transaction.Add(insert);
                return code;
            },
            ct);
        Page.Redirect(context, AuthorizeAnswer.Address(request.RedirectUri, request.State, Issuer(context), ("code", code)));
    }

    private string Issuer(HttpContext context) => ServerMetadata.IssuerOf(context.Request, urls.Value);

    // A link with an error in it must not send users from this server to any site that has registered as an app (RFC 9700, 4.11.2).
    private async Task SendErrorAsync(HttpContext context, AuthorizeException error, CancellationToken ct)
    {
        if (await sessions.UserOfAsync(context, ct) is not { } user)
        {
            AuthorizeEndpoints.SignIn(context);
            return;
        }

        var isDecision = HttpMethods.IsPost(context.Request.Method);
        if (isDecision) await FormToken.ReadFormAsync(context, ct);
        if (isDecision || error.App.Id == AppRegistry.WebPlayer || await grants.ScopesAsync(user, error.App.Id, ct) is not null)
            Page.Redirect(context, error.Address(Issuer(context)));
        else await AuthorizeEndpoints.ShowErrorAsync(context, error);
    }
}
