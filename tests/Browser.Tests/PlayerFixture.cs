using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Spotify.Domain.Ports;
using Spotify.Fixtures;

namespace Spotify.Browser.Tests;

/// <summary>A host shared by all tests, which run one after the other in one browser.</summary>
public sealed class PlayerFixture : IAsyncLifetime
{
    // Those that the sign-in page of a demo offers.
    private static readonly string[] Users = ["ada", "bob", "eve"];

    public LocalServer Server { get; private set; } = null!;

    /// <summary>Opens the player in a new browser profile.</summary>
    /// <param name="path">The path to open.</param>
    /// <param name="server">The host; null means the shared one.</param>
    /// <param name="width">The window's width in CSS pixels.</param>
    /// <param name="animated">Whether the page shows animations, which take processor time because there is no graphics card.</param>
    /// <param name="prepare">Called before the first request.</param>
    /// <param name="another">
    /// Whether the browser is another one of its listener, who goes on. By default, nothing was played before on the shared host.
    /// </param>
    public async Task<PlayerPage> OpenAsync(
        string path = "/",
        LocalServer? server = null,
        int width = 1280,
        bool animated = false,
        Func<IPage, Task>? prepare = null,
        bool another = false)
    {
        if (!another && server is null)
        {
            var players = Server.Services.GetRequiredService<IPlayerStates>();
            foreach (var user in Users) await players.DeleteAsync(user, default);
        }

        var context = await Chromium.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = (server ?? Server).Http.BaseAddress!.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
            IgnoreHTTPSErrors = server is not null,
            ReducedMotion = animated ? ReducedMotion.NoPreference : ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(20_000);
        var page = new PlayerPage(await context.NewPageAsync());
        if (prepare is not null) await prepare(page.Page);
        await page.Page.GotoAsync(path);
        return page;
    }

    /// <summary>Opens the player and signs in.</summary>
    public async Task<PlayerPage> SignInAsync(string user = "ada", string path = "/", bool another = false)
    {
        var page = await OpenAsync(path, another: another);
        await page.SignInAsync(user);
        return page;
    }

    public async Task InitializeAsync()
    {
        // The tests are skipped.
        if (new BrowserFactAttribute().Skip is not null) return;
        Server = await LocalServer.StartAsync();
        await PlayerCatalog.WriteAsync(Server);
    }

    public async Task DisposeAsync()
    {
        await Chromium.StopAsync();
        if (Server is not null) await Server.DisposeAsync();
    }
}

[CollectionDefinition(Name)]
public sealed class PlayerTests : ICollectionFixture<PlayerFixture>
{
    public const string Name = "player";
}
