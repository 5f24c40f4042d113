using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Spotify.Browser.Tests;

/// <summary>
/// The web player in a browser. What the browser complains about (errors in scripts, violations of the content security policy, requests that
/// fail) fails the test when the page is disposed of, unless it was expected.
/// </summary>
public sealed partial class PlayerPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> complaints = new();
    private readonly ConcurrentQueue<IResponse> audio = new();
    private readonly List<string> expected = [];

    public PlayerPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") complaints.Enqueue(message.Text);
        };
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Response += (_, response) =>
        {
            if (AudioUrl().IsMatch(response.Url)) audio.Enqueue(response);
        };
    }

    public IPage Page { get; }

    /// <summary>What came back for audio, so far.</summary>
    public IReadOnlyList<IResponse> Audio => [.. audio];

    /// <summary>The title of what is played.</summary>
    public ILocator NowPlaying => Page.Locator(".now-name");

    /// <summary>The seek bar.</summary>
    public ILocator Position => Button(AriaRole.Slider, "Position");

    /// <summary>Whatever the page says to the listener in passing.</summary>
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

    /// <summary>Finds the album by its name and opens its page.</summary>
    public async Task OpenAlbumAsync()
    {
        await SearchAsync(PlayerCatalog.AlbumName);
        await Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Albums" }).GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = PlayerCatalog.AlbumName }).ClickAsync();
        await Assertions.Expect(Page.Locator("h1")).ToHaveTextAsync(PlayerCatalog.AlbumName);
    }

    /// <summary>Finds the album, plays it, and waits until it sounds.</summary>
    public async Task PlayAlbumAsync()
    {
        await OpenAlbumAsync();
        await Page.Locator(".hero").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Play" }).ClickAsync();
        await SoundsAsync(PlayerCatalog.First);
    }

    /// <summary>The row of a track.</summary>
    public ILocator Row(string name) => Page.Locator(".track", new PageLocatorOptions { HasText = name });

    public ILocator Button(string name) => Button(AriaRole.Button, name);

    /// <summary>Waits until a track plays and its time advances.</summary>
    public async Task SoundsAsync(string name)
    {
        await Assertions.Expect(NowPlaying).ToHaveTextAsync(name);
        await SoundsAsync();
    }

    /// <summary>Waits until something plays and its time advances.</summary>
    public async Task SoundsAsync()
    {
        await Page.WaitForFunctionAsync("() => { const audio = document.getElementById('audio'); return !audio.paused && audio.readyState > 2 && audio.currentTime > 0; }");
    }

    /// <summary>The audio element's currentTime, seconds.</summary>
    public Task<double> CurrentTimeAsync() => Page.EvaluateAsync<double>("() => document.getElementById('audio').currentTime");

    /// <summary>Waits until the audio element's currentTime is beyond <paramref name="seconds"/>.</summary>
    public Task ReachesAsync(double seconds) => Page.WaitForFunctionAsync("seconds => document.getElementById('audio').currentTime > seconds", seconds);

    /// <summary>Whether the audio element is paused, once it is so.</summary>
    public Task PausedAsync(bool paused) => Page.WaitForFunctionAsync("paused => document.getElementById('audio').paused === paused", paused);

    /// <summary>Clicks on the seek bar at a part of its width.</summary>
    public async Task ClickBarAsync(double part)
    {
        var box = (await Position.BoundingBoxAsync())!;
        await Page.Mouse.ClickAsync((float)(box.X + (box.Width * part)), (float)(box.Y + (box.Height / 2)));
    }

    /// <summary>Chooses from the quality menu.</summary>
    public async Task ChooseQualityAsync(string name)
    {
        await Page.Locator(".quality-button").ClickAsync();
        await Page.GetByRole(AriaRole.Menuitemradio, new PageGetByRoleOptions { Name = name }).ClickAsync();
    }

    /// <summary>Makes the network no faster than a line of 8 Mbit/s.</summary>
    public async Task SlowDownAsync()
    {
        var chromium = await Page.Context.NewCDPSessionAsync(Page);
        await chromium.SendAsync("Network.enable");
        await chromium.SendAsync("Network.emulateNetworkConditions", new Dictionary<string, object>
        {
            ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = 1_000_000, ["uploadThroughput"] = 1_000_000,
        });
    }

    /// <summary>Lets the browser complain about something with that text in it.</summary>
    public void Expect(string complaint) => expected.Add(complaint);

    public async ValueTask DisposeAsync()
    {
        await Page.Context.DisposeAsync();
        Assert.DoesNotContain(complaints, complaint => !expected.Any(text => complaint.Contains(text, StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"/tracks/.+\.(ogg|m4a|flac)\?")]
    private static partial Regex AudioUrl();

    private ILocator Button(AriaRole role, string name) => Page.GetByRole(role, new PageGetByRoleOptions { Name = name, Exact = true });
}
