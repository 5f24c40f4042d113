using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Spotify.Client.Tests;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.Accounts.SignIn;
using static Microsoft.Playwright.Assertions;

namespace Spotify.Browser.Tests;

/// <summary>Apps with Spotify's client libraries, in which only the hosts and the client id differ.</summary>
[Collection(PlayerTests.Name)]
public sealed class ClientSignInTests(PlayerFixture fixture, ClientLibrary library) : IClassFixture<ClientLibrary>
{
    private const string Password = "correct horse battery";
    private const string TokenKey = "spotify-sdk:AuthorizationCodeWithPKCEStrategy:token";

    private readonly string name = $"nina-{Guid.NewGuid():N}";

    [ClientFact]
    public async Task A_browser_app_signs_in_with_pkce_and_renews_its_token()
    {
        await using var browser = await SignInAsync();
        var (id, secret) = await RegisterAsync(browser.Page);
        using var app = await StartAsync("browser-app.mjs", id, secret);
        browser.Expect("No access token found, authenticating now.");
        await browser.Page.GotoAsync(app.Url);
        await Expect(browser.Page.Locator("h1")).ToHaveTextAsync("Allow An app?");
        await browser.Button("Allow").ClickAsync();
        await Expect(browser.Page.Locator("h1")).ToHaveTextAsync($"Hello {name}");

        var before = await RefreshTokenAsync(browser.Page);
        await browser.Page.EvaluateAsync(
            $$"""
            () => {
                const token = JSON.parse(localStorage.getItem('{{TokenKey}}'));
                localStorage.setItem('{{TokenKey}}', JSON.stringify({ ...token, access_token: 'ended', expires: Date.now() + 60000 }));
            }
            """);
        await browser.Page.ReloadAsync();
        await Expect(browser.Page.Locator("h1")).ToHaveTextAsync($"Hello {name}");
        Assert.NotEqual(before, await RefreshTokenAsync(browser.Page));
    }

    [ClientFact]
    public async Task A_server_app_signs_in_with_its_secret_and_renews_its_token()
    {
        await using var browser = await SignInAsync();
        var (id, secret) = await RegisterAsync(browser.Page);
        using var app = await StartAsync("server-app.mjs", id, secret);
        await browser.Page.GotoAsync(app.Url);
        await browser.Button("Allow").ClickAsync();
        await Expect(browser.Page.Locator("h1")).ToHaveTextAsync($"Hello {name}, 0 saved, the state, refreshed");

        // The user has allowed the app, and has to sign in only.
        await browser.Page.GotoAsync($"{fixture.Server.Http.BaseAddress}account");
        await browser.Button("Sign out").ClickAsync();
        await Expect(browser.Page).ToHaveTitleAsync("Sign in · Spotify.Serverless");
        await browser.Page.GotoAsync(app.Url);
        await FillAsync(browser);
        await Expect(browser.Page.Locator("h1")).ToHaveTextAsync($"Hello {name}, 0 saved, the state, refreshed");
    }

    private async Task<PlayerPage> SignInAsync()
    {
        _ = library;
        var accounts = fixture.Server.Services.GetRequiredService<LocalAccounts>();
        var invitation = await accounts.InviteAsync(new Invitation(null, IsOwner: false, Product.Premium, "SE"), default);
        await accounts.AcceptAsync(invitation, name, Password, default);
        var browser = await fixture.OpenAsync("/account");
        await FillAsync(browser);
        await Expect(browser.Page.Locator("h1")).ToHaveTextAsync($"Account of {name}");
        return browser;
    }

    private async Task FillAsync(PlayerPage browser)
    {
        await browser.Page.GetByLabel("Name").FillAsync(name);
        await browser.Page.GetByLabel("Password").FillAsync(Password);
        await browser.Button("Sign in").ClickAsync();
    }

    private static async Task<(string Id, string Secret)> RegisterAsync(IPage page)
    {
        await page.GetByLabel("Name").FillAsync("An app");
        await page.GetByLabel("Redirect URIs").FillAsync("http://127.0.0.1/callback");
        await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
        await Expect(page.GetByText("The app An app is registered.")).ToBeVisibleAsync();
        var text = await page.InnerTextAsync("body");
        return (Value("Client id"), Value("Client secret"));

        string Value(string label) => Regex.Match(text, $@"{label}: (\S+)").Groups[1].Value;
    }

    private static Task<string> RefreshTokenAsync(IPage page) =>
        page.EvaluateAsync<string>($"() => JSON.parse(localStorage.getItem('{TokenKey}')).refresh_token");

    private Task<App> StartAsync(string script, string id, string secret) => App.StartAsync(script, new Dictionary<string, string>
    {
        ["SERVER_URL"] = fixture.Server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority), ["CLIENT_ID"] = id, ["CLIENT_SECRET"] = secret,
    });

    /// <summary>A running app.</summary>
    private sealed class App(Process process, string url) : IDisposable
    {
        public string Url => url;

        public static async Task<App> StartAsync(string script, IReadOnlyDictionary<string, string> environment)
        {
            var start = new ProcessStartInfo(Tools.Find("node")!, [Path.Combine(ClientLibrary.Folder, script)])
            {
                RedirectStandardOutput = true,
            };
            foreach (var (key, value) in environment) start.Environment[key] = value;
            var process = Process.Start(start)!;
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            return new App(process, (await process.StandardOutput.ReadLineAsync(timeout.Token))!);
        }

        public void Dispose()
        {
            process.Kill();
            process.Dispose();
        }
    }
}

/// <summary>A browser test that needs client libraries from npm. Skipped with the reason if a tool is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClientFactAttribute : FactAttribute
{
    public ClientFactAttribute() => Skip = new BrowserFactAttribute().Skip ?? new ToolFactAttribute("node", "npm").Skip;
}
