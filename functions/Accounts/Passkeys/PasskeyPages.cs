using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Spotify.Functions.Accounts.Pages;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Web;

namespace Spotify.Functions.Accounts.Passkeys;

/// <summary>
/// Passkeys on the sign-in page and on the page of the account. Their forms are hidden until a script finds that the browser has passkeys.
/// </summary>
internal sealed class PasskeyPages(PasskeyService passkeys, Sessions sessions) : IAccountSection
{
    private const string ScriptPath = "/passkeys.js";
    private const string SignInPath = "/login/passkey";
    private const string Resource = "passkeys.js";

    /// <summary>Registers passkeys.</summary>
    public static IServiceCollection Add(IServiceCollection services)
    {
        services.AddIdentityCore<string>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<IOptions<PublicUrlOptions>>(PasskeyOrigin.Configure);
        return services
            .AddScoped<IPasskeyHandler<string>, PasskeyHandler<string>>()
            .AddSingleton<IUserStore<string>, PasskeyStore>()
            .AddSingleton<PasskeyChallenges>()
            .AddSingleton<PasskeyService>()
            .AddSingleton<PasskeyPages>()
            .AddSingleton<IAccountSection>(provider => provider.GetRequiredService<PasskeyPages>());
    }

    /// <summary>Maps the forms and the script.</summary>
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(ScriptPath, SendScript).ExcludeFromDescription();
        pages.MapPost(SignInPath, (HttpContext context, SignInFlow flow, PasskeyService passkeys) => flow.RunPasskeyAsync(
                context, form => passkeys.VerifyAsync(context, form["challenge"].ToString(), form["credential"].ToString())))
            .DisableAntiforgery().ExcludeFromDescription();
        AccountPages.MapForm<PasskeyPages>(pages, "passkeys", (section, user, form, ct) => section.AddAsync(user, form, ct));
        AccountPages.MapForm<PasskeyService>(pages, "passkeys/rename", async (passkeys, user, form, ct) =>
        {
            await passkeys.RenameAsync(user, form.Text("passkey"), form.Text("name"), ct);
            return Html.Empty;
        });
        AccountPages.MapForm<PasskeyService>(pages, "passkeys/remove", async (passkeys, user, form, ct) =>
        {
            await passkeys.RemoveAsync(user, form.Text("passkey"), ct);
            return Html.Empty;
        });
    }

    /// <summary>Returns the form to sign in with a passkey; empty where browsers have no passkeys.</summary>
    public async Task<Html> WriteSignInAsync(HttpContext context) =>
        PasskeyOrigin.HasPasskeys(PasskeyOrigin.Of(context))
            ? Ask(
                context, "get", SignInEndpoints.Address(SignInPath, SignInEndpoints.Next(context.Request)),
                await passkeys.AskToSignInAsync(context), $"<button>Sign in with a passkey</button>")
            : Html.Empty;

    /// <inheritdoc/>
    public async Task<Html> WriteAsync(HttpContext context, string user, Html token, CancellationToken ct)
    {
        var own = await passkeys.OfAsync(user, ct);
        return Html.Of(
            $"""
             <h2>Passkeys</h2>
             {Html.Each(own, passkey =>
                 $"""
                  <form method="post" action="/account/passkeys/rename">{token}
                  <input type="hidden" name="passkey" value="{passkey.CredentialId}">
                  <p>For {passkey.Host}, added {Date(passkey.CreatedAt)}, last used {Date(passkey.LastUsedAt)}</p>
                  <label>Name <input name="name" value="{passkey.Name}" maxlength="{Passkey.MaxNameLength}" required></label>
                  <button>Save</button> <button formaction="/account/passkeys/remove" formnovalidate>Remove</button></form>
                  """)}
             {await WriteNewAsync(context, user, token, own, ct)}
             """);
    }

    private async Task<Html> WriteNewAsync(
        HttpContext context, string user, Html token, IReadOnlyList<Passkey> own, CancellationToken ct)
    {
        var origin = PasskeyOrigin.Of(context);
        if (!PasskeyOrigin.HasPasskeys(origin))
        {
            var named = new UriBuilder(origin) { Host = "localhost", Path = "/account" }.Uri;
            return origin.IsLoopback
                ? Html.Of($"<p>Browsers have no passkeys for {origin.Host}: open <code>{named}</code> to add one.</p>")
                : Html.Of($"<p>Browsers have no passkeys for addresses such as {origin.Host}: open this page at a host name.</p>");
        }

        if (own.Count == PasskeyService.MaxPasskeys) return Html.Of($"<p>You have {own.Count} passkeys, which is the maximum.</p>");
        if (!await sessions.IsRecentAsync(context, ct))
            return Sessions.SignInAgain(AccountPages.Path, "add a passkey");
        return Ask(
            context, "create", "/account/passkeys", await passkeys.AskToAddAsync(context, user, own),
            $"""
             <label>Name <input name="name" value="Passkey" maxlength="{Passkey.MaxNameLength}" required></label>
             <button>Add a passkey</button>
             """);
    }

    private async Task<Html> AddAsync(string user, Form form, CancellationToken ct)
    {
        await sessions.RequireRecentAsync(form.Context, ct);
        await passkeys.AddAsync(form.Context, user, form.Text("name"), form.Text("challenge"), form.Text("credential"));
        return Html.Empty;
    }

    private static Html Ask(HttpContext context, string method, string action, PasskeyQuestion question, FormattableString content)
    {
        Page.AddScript(context, ScriptPath);
        return Html.Of(
            $"""
             <form method="post" action="{action}" data-passkey="{method}" data-options="{question.Options}" hidden>
             {FormToken.FieldFor(context)}
             <input type="hidden" name="challenge" value="{question.Challenge}"><input type="hidden" name="credential">
             <p class="error" role="alert" hidden></p>
             {Html.Of(content)}
             </form>
             """);
    }

    private static string Date(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "never";

    private static Task SendScript(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Stream(typeof(PasskeyPages).Assembly.GetManifestResourceStream(Resource)!, "text/javascript")
            .ExecuteAsync(context);
    }
}
