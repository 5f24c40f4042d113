using Microsoft.Playwright;
using Spotify.Fixtures;

namespace Spotify.Browser.Tests;

/// <summary>The Chromium that is installed; none is downloaded.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly Lazy<string?> Checked = new(() => Task.Run(CheckAsync).GetAwaiter().GetResult());

    /// <summary>Why no browser test can run; null when they can.</summary>
    public static string? Problem => Checked.Value;

    private static string? Executable => Names.Select(Tools.Find).FirstOrDefault(path => path is not null);

    /// <summary>Starts it without a window.</summary>
    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
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

    private static async Task<string?> CheckAsync()
    {
        if (Executable is null) return $"needs one of {string.Join(", ", Names)} on PATH";
        try
        {
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await LaunchAsync(playwright);
            return null;
        }
        catch (Exception e)
        {
            return $"needs a browser that Playwright can start: {e.Message.Split('\n')[0]}";
        }
    }
}
