using Spotify.Domain.Ports;
using Spotify.Functions.AccountRemovals;
using Spotify.Functions.Accounts.Pages;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Web;

namespace Spotify.Functions.Accounts.Removal;

/// <summary>
/// The pages on which a user downloads the own data and removes the account. The owner of a machine also removes accounts of others.
/// </summary>
internal sealed class RemovalPages(
    Sessions sessions, ISignIn accounts, SignInFlow signIn, AccountRemovalService removals, IDatabase database) : IAccountSection
{
    private const string Path = "/account/remove";
    private const string DataPath = "/account/data";
    private const string User = "user";

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, (HttpContext context, RemovalPages pages, CancellationToken ct) => pages.AskAsync(context, ct))
            .ExcludeFromDescription();
        routes.MapPost(Path, (HttpContext context, RemovalPages pages, CancellationToken ct) => pages.RemoveAsync(context, ct))
            .DisableAntiforgery().ExcludeFromDescription();
        routes.MapPost(DataPath, (HttpContext context, RemovalPages pages, CancellationToken ct) => pages.DownloadAsync(context, ct))
            .DisableAntiforgery().ExcludeFromDescription();
    }

    /// <summary>Returns the address of the page that removes the account of another user.</summary>
    public static string AddressOf(string user) => $"{Path}?{User}={Uri.EscapeDataString(user)}";

    /// <inheritdoc/>
    public async Task<Html> WriteAsync(HttpContext context, string user, Html token, CancellationToken ct) => Html.Of(
        $"""
         <h2>Your data</h2>
         {(await sessions.IsRecentAsync(context, ct) ? DownloadForm(token) : Sessions.SignInAgain(AccountPages.Path, "download it"))}
         <p><a href="{Path}">Remove your account</a></p>
         """);

    private static Html DownloadForm(Html token) =>
        Html.Of($"<form method=\"post\" action=\"{DataPath}\">{token}<button>Download your data</button></form>");

    private Task AskAsync(HttpContext context, CancellationToken ct) => ForUserAsync(
        context, user => AskAsync(context, user, context.Request.Query[User], problem: null, StatusCodes.Status200OK, ct), ct);

    private Task RemoveAsync(HttpContext context, CancellationToken ct) => ForUserAsync(
        context,
        async user =>
        {
            var form = await FormToken.ReadFormAsync(context, ct);
            string? other = form[User];
            try
            {
                var target = await TargetAsync(user, other, ct);
                if (await signIn.CheckAsync(context, form, signIn.VerifyAsync) != user) throw signIn.WrongCredentials;
                await removals.RequestAsync(target, ct);
                if (target == user) await sessions.SignOutAsync(context, ct);
                await Page.WriteAsync(
                    context,
                    "The account is removed",
                    $"""
                     <p>{target} is signed out everywhere. All data will be erased in the next minutes, except for the name, which stays
                     reserved for an hour or two.</p>
                     """);
            }
            catch (ApiException e)
            {
                await AskAsync(context, user, other, e.Message, e.Status, ct);
            }
        },
        ct);

    private Task DownloadAsync(HttpContext context, CancellationToken ct) => ForUserAsync(
        context,
        async user =>
        {
            await FormToken.ReadFormAsync(context, ct);
            await sessions.RequireRecentAsync(context, ct);
            var response = context.Response;
            response.ContentType = "application/json";
            response.Headers.ContentDisposition = "attachment; filename=\"personal-data.json\"";
            response.Headers.CacheControl = "no-store";
            response.Headers.XContentTypeOptions = "nosniff";
            await PersonalDataExport.WriteAsync(database, context.RequestServices, user, response.Body, ct);
        },
        ct);

    private async Task ForUserAsync(HttpContext context, Func<string, Task> handle, CancellationToken ct)
    {
        try
        {
            if (await sessions.UserOfAsync(context, ct) is { } user) await handle(user);
            else Page.Redirect(context, SignInEndpoints.Address(AccountPages.Path));
        }
        catch (ApiException e)
        {
            await Page.RefuseAsync(context, e.Message, e.Status);
        }
    }

    /// <exception cref="ApiException">403: the user may not remove the account of another one.</exception>
    private async Task<string> TargetAsync(string user, string? other, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(other) || other == user) return user;
        return await accounts.MayRemoveAsync(user, other, ct)
            ? other
            : throw new ApiException(StatusCodes.Status403Forbidden, "Only the owner can remove accounts of others, if they exist");
    }

    private async Task AskAsync(HttpContext context, string user, string? other, string? problem, int status, CancellationToken ct)
    {
        var target = problem is null ? await TargetAsync(user, other, ct) : string.IsNullOrEmpty(other) ? user : other;
        await Page.WriteAsync(
            context,
            target == user ? "Remove your account" : $"Remove the account of {target}",
            $"""
             {Page.Problem(problem)}
             <p>This erases the profile, the library, the playlists and their followers, and the registered apps of {target}, whose users
             lose access. Items in playlists of others remain, without a name. This cannot be undone.</p>
             <p><a href="{AccountPages.Path}">Keep the account</a></p>
             <form method="post" action="{Path}">{FormToken.FieldFor(context)}<input type="hidden" name="{User}" value="{target}">
             <p>Confirm with your own {accounts.NameLabel.ToLowerInvariant()} and password.</p>
             <label>{accounts.NameLabel} <input name="name" autocomplete="username" autocapitalize="none" required></label>
             <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
             <button>Remove the account</button></form>
             """,
            status);
    }
}
