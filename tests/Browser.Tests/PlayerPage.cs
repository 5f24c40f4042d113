using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Spotify.Browser.Tests;

/// <summary>
/// The web player in a browser. Errors and warnings in the browser's console (script errors, violations of the content security policy,
/// failed requests) fail the test when the page is disposed, unless they are expected.
/// </summary>
public sealed partial class PlayerPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> errors = new();
    private readonly ConcurrentQueue<IResponse> audio = new();
    private readonly List<string> expected = [];

    public PlayerPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") errors.Enqueue(message.Text);
        };
        page.PageError += (_, error) => errors.Enqueue(error);
        page.Response += (_, response) =>
        {
            if (AudioUrl().IsMatch(response.Url)) audio.Enqueue(response);
        };
    }

    public IPage Page { get; }

    /// <summary>The responses to requests for audio so far.</summary>
    public IReadOnlyList<IResponse> Audio => [.. audio];

    /// <summary>The name of the current track.</summary>
    public ILocator NowPlaying => Page.Locator(".now-name");

    /// <summary>The seek bar.</summary>
    public ILocator Position => Button(AriaRole.Slider, "Position");

    /// <summary>The messages shown to the listener.</summary>
    public ILocator Notices => Page.Locator("#notices");

    public async Task SignInAsync(string user)
    {
        await Page.Locator(".demo-user", new PageLocatorOptions { HasText = user }).ClickAsync();
        await Assertions.Expect(Page.Locator(".account")).ToContainTextAsync(user);
    }

    /// <summary>Types into the search field.</summary>
    public async Task SearchAsync(string text)
    {
        await Page.GetByRole(AriaRole.Searchbox).FillAsync(text);
        await Assertions.Expect(Page.Locator("h1")).ToHaveTextAsync($"Results for “{text}”");
    }

    /// <summary>Searches for the album and opens its page.</summary>
    public async Task OpenAlbumAsync()
    {
        await SearchAsync(PlayerCatalog.AlbumName);
        await Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Albums" })
            .GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = PlayerCatalog.AlbumName })
            .ClickAsync();
        await Assertions.Expect(Page.Locator("h1")).ToHaveTextAsync(PlayerCatalog.AlbumName);
    }

    /// <summary>Opens the album, plays it, and waits until its time advances.</summary>
    public async Task PlayAlbumAsync()
    {
        await OpenAlbumAsync();
        await Page.Locator(".hero").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Play" }).ClickAsync();
        await SoundsAsync(PlayerCatalog.First);
    }

    /// <summary>Returns the row of a track.</summary>
    public ILocator Row(string name) => Page.Locator(".track", new PageLocatorOptions { HasText = name });

    public ILocator Button(string name) => Button(AriaRole.Button, name);

    /// <summary>Waits until a track plays and its time advances.</summary>
    public async Task SoundsAsync(string name)
    {
        await Assertions.Expect(NowPlaying).ToHaveTextAsync(name);
        await SoundsAsync();
    }

    /// <summary>Waits until something plays and its time advances.</summary>
    public Task SoundsAsync() => Page.WaitForFunctionAsync(
        """
        () => {
            const audio = document.getElementById('audio');
            return !audio.paused && audio.readyState > 2 && audio.currentTime > 0;
        }
        """);

    /// <summary>Returns the audio element's currentTime, in seconds.</summary>
    public Task<double> CurrentTimeAsync() => Page.EvaluateAsync<double>("() => document.getElementById('audio').currentTime");

    /// <summary>Waits until the audio element's currentTime is beyond <paramref name="seconds"/>.</summary>
    public Task ReachesAsync(double seconds) =>
        Page.WaitForFunctionAsync("seconds => document.getElementById('audio').currentTime > seconds", seconds);

    /// <summary>Waits until the audio element is paused, or until it is not.</summary>
    public Task PausedAsync(bool paused) =>
        Page.WaitForFunctionAsync("paused => document.getElementById('audio').paused === paused", paused);

    /// <summary>Clicks on the seek bar.</summary>
    /// <param name="part">Where on its width, from 0 to 1.</param>
    public async Task ClickBarAsync(double part)
    {
        var box = (await Position.BoundingBoxAsync())!;
        await Page.Mouse.ClickAsync((float)(box.X + (box.Width * part)), (float)(box.Y + (box.Height / 2)));
    }

    /// <summary>Chooses an item of the quality menu.</summary>
    public async Task ChooseQualityAsync(string name)
    {
        await Page.Locator(".quality-button").ClickAsync();
        await Page.GetByRole(AriaRole.Menuitemradio, new PageGetByRoleOptions { Name = name }).ClickAsync();
    }

    /// <summary>Limits the network to 8 Mbit/s.</summary>
    public async Task SlowDownAsync()
    {
        var chromium = await Page.Context.NewCDPSessionAsync(Page);
        await chromium.SendAsync("Network.enable");
        await chromium.SendAsync("Network.emulateNetworkConditions", new Dictionary<string, object>
        {
            ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = 1_000_000, ["uploadThroughput"] = 1_000_000,
        });
    }

    /// <summary>Allows console errors that contain a text.</summary>
    public void Expect(string error) => expected.Add(error);

    public async ValueTask DisposeAsync()
    {
        await Page.Context.DisposeAsync();
        Assert.DoesNotContain(errors, error => !expected.Any(text => error.Contains(text, StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"/tracks/.+\.(ogg|m4a|flac)\?")]
    private static partial Regex AudioUrl();

    private ILocator Button(AriaRole role, string name) => Page.GetByRole(role, new PageGetByRoleOptions { Name = name, Exact = true });
}
