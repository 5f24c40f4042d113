using Microsoft.Playwright;
using Spotify.Fixtures;

namespace Spotify.Browser.Tests;

/// <summary>The installed Chromium, started once for all tests. Nothing is downloaded.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly Lazy<(IPlaywright? Playwright, IBrowser? Browser, string? Problem)> Started =
        new(() => Task.Run(StartAsync).GetAwaiter().GetResult());

    /// <summary>The reason why browser tests cannot run; null if they can.</summary>
    public static string? Problem => Started.Value.Problem;

    /// <summary>The browser, without a window.</summary>
    public static IBrowser Browser => Started.Value.Browser ?? throw new InvalidOperationException(Problem);

    private static string? Executable => Names.Select(Tools.Find).FirstOrDefault(path => path is not null);

    /// <summary>Closes the browser. Called after the last test.</summary>
    public static async Task StopAsync()
    {
        if (Started.Value is not ({ } playwright, { } browser, _)) return;
        await browser.DisposeAsync();
        playwright.Dispose();
    }

    private static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Executable,
        Headless = true,
        Args =
        [
            "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio", "--autoplay-policy=no-user-gesture-required",
            "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-domain-reliability",
            "--disable-sync", "--no-first-run", "--no-pings",
        ],
    });

    private static async Task<(IPlaywright?, IBrowser?, string?)> StartAsync()
    {
        if (Executable is null) return (null, null, $"needs one of {string.Join(", ", Names)} on PATH");
        try
        {
            var playwright = await Playwright.CreateAsync();
            return (playwright, await LaunchAsync(playwright), null);
        }
        catch (Exception e)
        {
            return (null, null, $"needs a browser that Playwright can start: {e.Message.Split('\n')[0]}");
        }
    }
}
