using Microsoft.Playwright;
using Spotify.Fixtures;

namespace Spotify.Browser.Tests;

/// <summary>One host and one browser for all tests, which run one after the other.</summary>
public sealed class PlayerFixture : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? browser;

    public LocalServer Server { get; private set; } = null!;

    /// <summary>Opens the page in a browser profile of its own.</summary>
    /// <param name="path">The address within the page.</param>
    /// <param name="server">The host, if not the shared one.</param>
    /// <param name="width">The window's width, CSS pixels.</param>
    /// <param name="prepare">What is done before anything is asked for.</param>
    public async Task<PlayerPage> OpenAsync(string path = "/", LocalServer? server = null, int width = 1280, Func<IPage, Task>? prepare = null)
    {
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions { BaseURL = (server ?? Server).Http.BaseAddress!.ToString(), ViewportSize = new ViewportSize { Width = width, Height = 800 } });
        context.SetDefaultTimeout(20_000);
        var page = new PlayerPage(await context.NewPageAsync());
        if (prepare is not null) await prepare(page.Page);
        await page.Page.GotoAsync(path);
        return page;
    }

    /// <summary>Opens the page and signs in.</summary>
    public async Task<PlayerPage> SignInAsync(string user = "ada", string path = "/")
    {
        var page = await OpenAsync(path);
        await page.SignInAsync(user);
        return page;
    }

    public async Task InitializeAsync()
    {
        // Every test is skipped then.
        if (new BrowserFactAttribute().Skip is not null) return;
        Server = await LocalServer.StartAsync();
        await PlayerCatalog.WriteAsync(Server);
        playwright = await Playwright.CreateAsync();
        browser = await Chromium.LaunchAsync(playwright);
    }

    public async Task DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (Server is not null) await Server.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class PlayerTests : ICollectionFixture<PlayerFixture>
{
    public const string Name = "player";
}
