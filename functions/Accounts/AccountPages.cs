using Microsoft.Extensions.Options;
using Spotify.Functions.Accounts.Apps;
using Spotify.Functions.Accounts.Pages;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Functions.Accounts.Tokens;
using Spotify.Functions.Player.Live;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Accounts;

/// <summary>
/// The page of an account: the apps that have access, the user's own apps, and the sections of the home. Each form is handled by a
/// function that returns what to show once, such as a new secret, or nothing.
/// </summary>
internal sealed class AccountPages(
    Sessions sessions,
    AppGrants grants,
    AppRegistry apps,
    PlayerAccess access,
    IEnumerable<IAccountSection> sections,
    IOptions<PublicUrlOptions> urls)
{
    /// <summary>The path of the page.</summary>
    public const string Path = "/account";

    /// <summary>Maps the page and its forms.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (HttpContext context, AccountPages pages, CancellationToken ct) => pages.ShowAsync(context, ct))
            .ExcludeFromDescription();
        MapForm<AccountPages>(routes, "withdraw", (pages, user, form, ct) => pages.WithdrawAsync(user, form, ct));
        MapForm<AccountPages>(routes, "apps", (pages, user, form, ct) => pages.RegisterAsync(user, form, ct));
        MapForm<AccountPages>(routes, "apps/change", (pages, user, form, ct) => pages.ChangeAsync(user, form, ct));
        MapForm<AccountPages>(routes, "apps/secret", (pages, user, form, ct) => pages.RotateSecretAsync(user, form, ct));
        MapForm<AccountPages>(routes, "apps/delete", (pages, user, form, ct) => pages.DeleteAsync(user, form, ct));
    }

    /// <summary>Maps a form of the page.</summary>
    /// <param name="routes">The routes.</param>
    /// <param name="name">The path below that of the page.</param>
    /// <param name="handle">Handles the form with a service.</param>
    public static void MapForm<T>(IEndpointRouteBuilder routes, string name, FormHandler<T> handle)
        where T : notnull
    {
        routes.MapPost($"{Path}/{name}", (RequestDelegate)SubmitAsync).ExcludeFromDescription();

        Task SubmitAsync(HttpContext context)
        {
            var service = context.RequestServices.GetRequiredService<T>();
            return context.RequestServices.GetRequiredService<AccountPages>()
                .SubmitAsync(context, (user, form, ct) => handle(service, user, form, ct));
        }
    }

    private async Task ShowAsync(HttpContext context, CancellationToken ct)
    {
        if (await sessions.UserOfAsync(context, ct) is { } user) await WriteAsync(context, user, Html.Empty, StatusCodes.Status200OK, ct);
        else Page.Redirect(context, SignInEndpoints.Address(Path));
    }

    private async Task SubmitAsync(HttpContext context, Func<string, Form, CancellationToken, Task<Html>> handle)
    {
        var ct = context.RequestAborted;
        if (await sessions.UserOfAsync(context, ct) is not { } user)
        {
            Page.Redirect(context, SignInEndpoints.Address(Path));
            return;
        }

        try
        {
            var fields = await FormToken.ReadFormAsync(context, ct);
            var shown = await handle(user, new Form(fields, ServerMetadata.IssuerOf(context.Request, urls.Value), context), ct);
            if (shown != Html.Empty)
            {
                await WriteAsync(context, user, shown, StatusCodes.Status200OK, ct);
                return;
            }

            Page.Redirect(context, Path);
        }
        catch (ApiException e)
        {
            await WriteAsync(context, user, Page.Problem(e.Message), e.Status, ct);
        }
    }

    private async Task<Html> WithdrawAsync(string user, Form form, CancellationToken ct)
    {
        var app = form.Text("app");
        await grants.WithdrawAsync(user, app, ct);
        await access.EndAppAsync(user, app);
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
        var added = new List<Html>();
        foreach (var section in sections) added.Add(await section.WriteAsync(context, user, token, ct));
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
             <p>An app whose access is withdrawn can use it for an hour at most, and cannot control your player from now on.</p>
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
             {Html.Each(added, section => $"{section}")}
             """,
            status);
    }

    private static Html Fields(string name, IEnumerable<string> redirectUris) => Html.Of(
        $"""
         <label>Name <input name="name" value="{name}" maxlength="{App.MaxNameLength}" required></label>
         <label>Redirect URIs, one per line <textarea name="redirect_uris" rows="3">{string.Join('\n', redirectUris)}</textarea></label>
         """);
}

/// <summary>A section that a home adds to the page of an account.</summary>
internal interface IAccountSection
{
    /// <summary>Returns the section for a user; empty for none.</summary>
    /// <param name="context">The request for the page.</param>
    /// <param name="user">The user.</param>
    /// <param name="token">The hidden field that forms must contain.</param>
    /// <param name="ct">Cancels the work.</param>
    Task<Html> WriteAsync(HttpContext context, string user, Html token, CancellationToken ct);
}

/// <summary>Handles a form. Returns what to show once, or nothing.</summary>
internal delegate Task<Html> FormHandler<in T>(T service, string user, Form form, CancellationToken ct);

/// <summary>A submitted form.</summary>
/// <param name="Fields">The fields.</param>
/// <param name="Origin">The scheme and host of the server.</param>
/// <param name="Context">The request.</param>
internal sealed record Form(IFormCollection Fields, string Origin, HttpContext Context)
{
    /// <summary>Returns a field without surrounding spaces; empty if it is missing.</summary>
    public string Text(string name) => Fields[name].ToString().Trim();

    /// <summary>Returns the lines of a field.</summary>
    public IReadOnlyList<string> Lines(string name) =>
        Text(name).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
