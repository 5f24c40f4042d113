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
            if (await sessions.UserOfAsync(context, ct) is not { } user)
            {
                context.Response.Redirect(SignInEndpoints.Address(context.Request.Path + context.Request.QueryString));
                return;
            }

            var allowed = await grants.ScopesAsync(user, request.App.Id, ct);
            var isAllowed = request.App.Id == AppRegistry.WebPlayer || (allowed is { } scopes && (request.Scopes & ~scopes) == 0);
            if (isAllowed && !request.ShowDialog) await flow.AllowAsync(context, request, user, ct);
            else await AskUserAsync(context, request, user);
        }, ct);

    private static Task DecideAsync(HttpContext context, AuthorizeFlow flow, Sessions sessions, CancellationToken ct) =>
        flow.RunAsync(context, async request =>
        {
            var form = await FormToken.ReadFormAsync(context, ct);
            if (await sessions.UserOfAsync(context, ct) is not { } user)
                context.Response.Redirect(SignInEndpoints.Address(context.Request.Path + context.Request.QueryString));
            else if (form["decision"] == "allow") await flow.AllowAsync(context, request, user, ct);
            else throw new AuthorizeException(request.RedirectUri, request.State, "access_denied", "The user refused");
        }, ct);

    private static Task AskUserAsync(HttpContext context, AuthorizeRequest request, string user)
    {
        var address = context.Request.Path + context.Request.QueryString;
        var target = new Uri(request.RedirectUri);
        var (isWeb, origin) = (target.Scheme is "http" or "https", target.GetLeftPart(UriPartial.Authority));
        var wishes = request.Scopes == Scopes.None ? ["See your public profile"] : request.Scopes.Each().Select(Describe);
        return Page.WriteAsync(
            context,
            $"Allow {request.App.Name}?",
            $"""
             <p>You are signed in as {user}. {request.App.Name} wants to:</p>
             <ul>{Html.Each(wishes, wish => $"<li>{wish}</li>")}</ul>
             <p>You will be sent to <code>{(isWeb ? origin : request.RedirectUri)}</code>.
             You can withdraw the access at any time.</p>
             <form method="post" action="{address}">{FormToken.FieldFor(context)}
             <button name="decision" value="allow">Allow</button><button name="decision" value="deny">Refuse</button>
             </form>
             """,
            formTarget: FormTarget(request.RedirectUri));
    }

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
    AppRegistry apps, AppGrants grants, AuthorizationCodes codes, IDatabase database, IOptions<PublicUrlOptions> urls)
{
    /// <summary>Reads a request and handles it. Sends errors to the user or to the app.</summary>
    public async Task RunAsync(HttpContext context, Func<AuthorizeRequest, Task> handle, CancellationToken ct)
    {
        try
        {
            await handle(await AuthorizeRequest.ReadAsync(context.Request, apps, ct));
        }
        catch (InvalidClientException e)
        {
            await Page.RefuseAsync(context, e.Message);
        }
        catch (AuthorizeException e)
        {
            Redirect(context, e.Address(Issuer(context)));
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
        Redirect(context, AuthorizeAnswer.Address(request.RedirectUri, request.State, Issuer(context), ("code", code)));
    }

    private string Issuer(HttpContext context) => ServerMetadata.IssuerOf(context.Request, urls.Value);

    private static void Redirect(HttpContext context, string address)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        // 303, because browsers repeat a POST after other redirects.
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
    }
}
