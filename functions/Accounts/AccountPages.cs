using Microsoft.Extensions.Options;
using Spotify.Domain.Catalog;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts.Apps;
using Spotify.Functions.Accounts.Pages;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Functions.Accounts.Tokens;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Accounts;

/// <summary>
/// The page of an account: the apps that have access, the user's own apps and, for the owner of the machine, invitations. Each form is
/// handled by a function that returns what to show once, such as a new secret, or nothing.
/// </summary>
internal sealed class AccountPages(
    Sessions sessions, AppGrants grants, AppRegistry apps, LocalAccounts accounts, ListenerCountry countries,
    IOptions<PublicUrlOptions> urls)
{
    private const string Path = "/account";

    /// <summary>Maps the page and its forms.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (HttpContext context, AccountPages pages, CancellationToken ct) => pages.ShowAsync(context, ct))
            .ExcludeFromDescription();
        MapForm("withdraw", (pages, user, form, ct) => pages.WithdrawAsync(user, form, ct));
        MapForm("apps", (pages, user, form, ct) => pages.RegisterAsync(user, form, ct));
        MapForm("apps/change", (pages, user, form, ct) => pages.ChangeAsync(user, form, ct));
        MapForm("apps/secret", (pages, user, form, ct) => pages.RotateSecretAsync(user, form, ct));
        MapForm("apps/delete", (pages, user, form, ct) => pages.DeleteAsync(user, form, ct));
        MapForm("invite", (pages, user, form, ct) => pages.InviteAsync(user, form, ct));

        void MapForm(string name, FormHandler handle) => routes
            .MapPost($"{Path}/{name}", (RequestDelegate)(context =>
                context.RequestServices.GetRequiredService<AccountPages>().SubmitAsync(context, handle)))
            .ExcludeFromDescription();
    }

    private delegate Task<Html> FormHandler(AccountPages pages, string user, Form form, CancellationToken ct);

    private async Task ShowAsync(HttpContext context, CancellationToken ct)
    {
        if (await sessions.UserOfAsync(context, ct) is { } user) await WriteAsync(context, user, Html.Empty, StatusCodes.Status200OK, ct);
        else context.Response.Redirect(SignInEndpoints.Address(Path));
    }

    private async Task SubmitAsync(HttpContext context, FormHandler handle)
    {
        var ct = context.RequestAborted;
        if (await sessions.UserOfAsync(context, ct) is not { } user)
        {
            context.Response.Redirect(SignInEndpoints.Address(Path));
            return;
        }

        try
        {
            var fields = await FormToken.ReadFormAsync(context, ct);
            var shown = await handle(this, user, new Form(fields, ServerMetadata.IssuerOf(context.Request, urls.Value)), ct);
            if (shown != Html.Empty)
            {
                await WriteAsync(context, user, shown, StatusCodes.Status200OK, ct);
                return;
            }

            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = Path;
        }
        catch (ApiException e)
        {
            await WriteAsync(context, user, Html.Of($"<p class=\"error\">{e.Message}</p>"), e.Status, ct);
        }
    }

    private async Task<Html> WithdrawAsync(string user, Form form, CancellationToken ct)
    {
        await grants.WithdrawAsync(user, form.Text("app"), ct);
        return Html.Empty;
    }

    private async Task<Html> RegisterAsync(string user, Form form, CancellationToken ct)
    {
        var (app, secret) = await apps.RegisterAsync(user, form.Text("name"), form.Lines("redirect_uris"), ct);
        return Html.Of($"<p>The app {app.Name} is registered.</p>{Show(app.Id, secret)}");
    }

    private async Task<Html> ChangeAsync(string user, Form form, CancellationToken ct)
    {
        await apps.ChangeAsync(user, form.Text("app"), form.Text("name"), form.Lines("redirect_uris"), ct);
        return Html.Empty;
    }

    private async Task<Html> RotateSecretAsync(string user, Form form, CancellationToken ct) =>
        Show(form.Text("app"), await apps.RotateSecretAsync(user, form.Text("app"), ct));

    private async Task<Html> DeleteAsync(string user, Form form, CancellationToken ct)
    {
        await apps.DeleteAsync(user, form.Text("app"), ct);
        return Html.Empty;
    }

    private async Task<Html> InviteAsync(string user, Form form, CancellationToken ct)
    {
        if (!await accounts.IsOwnerAsync(user, ct)) throw new ApiException(StatusCodes.Status403Forbidden, "Only the owner can invite");
        var existing = form.Text("user") is { Length: > 0 } name ? LocalAccounts.IdOf(name) : null;
        if (existing is not null && !await accounts.ExistsAsync(existing, ct))
            throw ApiException.BadRequest($"There is no account {existing}");
        if (!Products.TryParse(form.Text("product"), out var product)) throw ApiException.BadRequest("The plan is unknown");
        if (!Markets.IsKnown(form.Text("country"))) throw ApiException.BadRequest("The country must be a code such as SE");
        var token = await accounts.InviteAsync(new Invitation(existing, IsOwner: false, product, form.Text("country")), ct);
        var address = InvitationEndpoints.Address(form.Origin, token);
        return Html.Of($"<p>Send this link to the listener. It works once, for a week:</p><p><code>{address}</code></p>");
    }

    private static Html Show(string appId, string secret) => Html.Of(
        $"""
         <p>Client id: <code>{appId}</code></p>
         <p>Client secret: <code>{secret}</code></p>
         <p>The secret is shown only now. A previous secret works for another day.</p>
         """);

    private async Task WriteAsync(HttpContext context, string user, Html shown, int status, CancellationToken ct)
    {
        var token = FormToken.FieldFor(context);
        var allowed = await grants.OfAsync(user, ct);
        var own = await apps.OfAsync(user, ct);
        var isOwner = await accounts.IsOwnerAsync(user, ct);
        await Page.WriteAsync(
            context,
            $"Account of {user}",
            $"""
             {shown}
             <form method="post" action="/logout">{token}<button>Sign out</button>
             <button name="everywhere" value="true">Sign out everywhere</button></form>
             <h2>Apps with access</h2>
             <ul>{Html.Each(allowed, grant =>
                 $"""
                  <li>{grant.AppName}: {grant.Scopes.Format()}
                  <form method="post" action="{Path}/withdraw">{token}<button name="app" value="{grant.AppId}">Withdraw</button></form></li>
                  """)}</ul>
             <p>An app whose access is withdrawn can use it for an hour at most.</p>
             <h2>Your apps</h2>
             {Html.Each(own, app =>
                 $"""
                  <form method="post" action="{Path}/apps/change">{token}<input type="hidden" name="app" value="{app.Id}">
                  <p>Client id: <code>{app.Id}</code></p>{Fields(app.Name, app.RedirectUris)}<button>Save</button>
                  <button formaction="{Path}/apps/secret" formnovalidate>New secret</button>
                  <button formaction="{Path}/apps/delete" formnovalidate>Delete</button></form>
                  """)}
             <h3>Register an app</h3>
             <form method="post" action="{Path}/apps">{token}{Fields("", [])}<button>Register</button></form>
             {(isOwner ? InviteForm(token) : Html.Empty)}
             """,
            status);
    }

    private static Html Fields(string name, IEnumerable<string> redirectUris) => Html.Of(
        $"""
         <label>Name <input name="name" value="{name}" maxlength="{App.MaxNameLength}" required></label>
         <label>Redirect URIs, one per line <textarea name="redirect_uris" rows="3">{string.Join('\n', redirectUris)}</textarea></label>
         """);

    private Html InviteForm(Html token) => Html.Of(
        $"""
         <h2>Listeners</h2>
         <form method="post" action="{Path}/invite">{token}
         <label>Plan <select name="product">
         {Html.Each(Enum.GetValues<Product>(), product => $"<option>{product.WireName()}</option>")}</select></label>
         <label>Country <input name="country" value="{countries.Default}" pattern="[A-Z][A-Z]" required></label>
         <label>Name of an existing account that needs a new password; empty for a new account <input name="user" maxlength="128"></label>
         <button>Create a link</button></form>
         """);

    /// <summary>A submitted form.</summary>
    /// <param name="Fields">The fields.</param>
    /// <param name="Origin">The scheme and host of the server.</param>
    private sealed record Form(IFormCollection Fields, string Origin)
    {
        public string Text(string name) => Fields[name].ToString().Trim();

        public IReadOnlyList<string> Lines(string name) =>
            Text(name).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
