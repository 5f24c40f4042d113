using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Spotify.Browser.Tests;

/// <summary>Browsers of one listener, which play and control each other.</summary>
[Collection(PlayerTests.Name)]
public sealed class ConnectTests(PlayerFixture fixture)
{
    private const float WithinASecond = 1000;
    private const string Name = "Web player (Chrome)";

    [BrowserFact]
    public async Task Two_browsers_see_and_control_each_other()
    {
        await using var a = await fixture.SignInAsync();
        await using var b = await fixture.SignInAsync(another: true);
        await a.PlayAlbumAsync();
        await Expect(b.NowPlaying).ToHaveTextAsync(PlayerCatalog.First, new() { Timeout = WithinASecond });
        await Expect(b.Page.Locator(".now-device")).ToHaveTextAsync($"Playing on {Name}");
        await Deck(a, "Pause").ClickAsync();
        await Expect(Deck(b, "Play")).ToBeVisibleAsync(new() { Timeout = WithinASecond });

        await Deck(b, "Play").ClickAsync();
        await a.PausedAsync(false);
        await Deck(b, "Next").ClickAsync();
        await a.SoundsAsync(PlayerCatalog.Second);
        await Expect(b.NowPlaying).ToHaveTextAsync(PlayerCatalog.Second);
        await b.ClickBarAsync(0.5);
        await a.ReachesAsync((PlayerCatalog.Seconds * 0.5) - 2);
        await Deck(b, "Previous").ClickAsync();
        await a.Page.WaitForFunctionAsync("() => document.getElementById('audio').currentTime < 20");
        await Deck(b, "Pause").ClickAsync();
        await a.PausedAsync(true);
        await Expect(Deck(a, "Play")).ToBeVisibleAsync();
        Assert.Empty(b.Audio);
    }

    [BrowserFact]
    public async Task A_transfer_moves_playback_and_the_stream()
    {
        await using var a = await fixture.SignInAsync();
        await using var b = await fixture.SignInAsync(another: true);
        await a.PlayAlbumAsync();
        await a.ClickBarAsync(0.5);
        await a.ReachesAsync(PlayerCatalog.Seconds * 0.5);
        await ChooseDeviceAsync(b, "This browser");
        await b.SoundsAsync(PlayerCatalog.First);
        await b.ReachesAsync((PlayerCatalog.Seconds * 0.5) - 1);
        await a.PausedAsync(true);
        await Expect(a.Page.Locator(".now-device")).ToHaveTextAsync($"Playing on {Name}");

        // A page that was loaded again has the newest state.
        await a.Page.ReloadAsync();
        await Expect(a.NowPlaying).ToHaveTextAsync(PlayerCatalog.First);
        await Expect(a.Page.Locator(".now-device")).ToHaveTextAsync($"Playing on {Name}");
        await Deck(b, "Next").ClickAsync();
        await Expect(a.NowPlaying).ToHaveTextAsync(PlayerCatalog.Second);

        // Starting something takes over.
        await a.OpenAlbumAsync();
        await a.Row(PlayerCatalog.Last).Locator(".track-play").ClickAsync();
        await a.SoundsAsync(PlayerCatalog.Last);
        await b.PausedAsync(true);
        await Expect(b.NowPlaying).ToHaveTextAsync(PlayerCatalog.Last);
        await a.SoundsAsync();
    }

    [BrowserFact]
    public async Task A_page_that_was_closed_pauses_and_goes_on_later()
    {
        await using var a = await fixture.SignInAsync();
        await using var b = await fixture.SignInAsync(another: true);
        await a.PlayAlbumAsync();
        await a.ClickBarAsync(0.5);
        await a.ReachesAsync(PlayerCatalog.Seconds * 0.5);
        await Expect(Deck(b, "Pause")).ToBeVisibleAsync();
        await a.Page.ReloadAsync();
        await Expect(Deck(b, "Play")).ToBeVisibleAsync();
        await Expect(a.NowPlaying).ToHaveTextAsync(PlayerCatalog.First);
        await Deck(a, "Play").ClickAsync();
        await a.SoundsAsync(PlayerCatalog.First);
        await a.ReachesAsync(PlayerCatalog.Seconds * 0.5);
        await Expect(Deck(b, "Pause")).ToBeVisibleAsync();

        // Without an active device, the next item plays in the browser that asks for it.
        await a.Page.GotoAsync("about:blank");
        await Expect(Deck(b, "Play")).ToBeVisibleAsync();
        await Deck(b, "Next").ClickAsync();
        await b.SoundsAsync(PlayerCatalog.Second);
    }

    [BrowserFact]
    public async Task A_free_listener_controls_the_own_device_only()
    {
        await using var a = await fixture.SignInAsync("bob");
        await using var b = await fixture.SignInAsync("bob", another: true);
        b.Expect("403");
        await a.PlayAlbumAsync();
        await Deck(a, "Next").ClickAsync();
        await a.SoundsAsync(PlayerCatalog.Second);
        await Expect(b.NowPlaying).ToHaveTextAsync(PlayerCatalog.Second);
        await Deck(b, "Pause").ClickAsync();
        await Expect(b.Notices).ToContainTextAsync("Premium required");
        await a.SoundsAsync(PlayerCatalog.Second);
        await Deck(a, "Pause").ClickAsync();
        await Expect(Deck(b, "Play")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task The_volume_and_the_position_of_another_device_are_set_with_few_requests()
    {
        await using var a = await fixture.SignInAsync();
        await using var b = await fixture.SignInAsync(another: true);
        await a.PlayAlbumAsync();
        await Expect(b.Page.Locator(".now-device")).ToBeVisibleAsync();
        var requests = 0;
        b.Page.Request += (_, request) => requests += request.Url.Contains("/v1/me/player/volume", StringComparison.Ordinal) ? 1 : 0;
        var volume = b.Page.GetByRole(AriaRole.Slider, new PageGetByRoleOptions { Name = "Volume" });
        await volume.EvaluateAsync(
            """
            async slider => {
                for (let i = 60; i >= 1; i--) {
                    slider.value = String(i / 100);
                    slider.dispatchEvent(new Event('input'));
                    await new Promise(resolve => requestAnimationFrame(resolve));
                }
            }
            """);
        await a.Page.WaitForFunctionAsync("() => JSON.parse(localStorage.getItem('settings')).volume === 0.01");
        Assert.InRange(requests, 1, 20);
        // The volume of the other browser stays.
        Assert.Null(await b.Page.EvaluateAsync<string?>("() => localStorage.getItem('settings')"));
    }

    [BrowserFact]
    public async Task Without_the_player_service_the_browser_plays_and_tells_later()
    {
        await using var a = await fixture.OpenAsync(prepare: page => page.RouteAsync("**/v1/me/player/**", Unavailable));
        await a.Page.RouteAsync("**/v1/me/player", Unavailable);
        a.Expect("503");
        await a.SignInAsync("ada");
        await a.PlayAlbumAsync();
        await Deck(a, "Next").ClickAsync();
        await a.SoundsAsync(PlayerCatalog.Second);
        await a.Page.UnrouteAsync("**/v1/me/player/**");
        await a.Page.UnrouteAsync("**/v1/me/player");

        await using var b = await fixture.SignInAsync(another: true);
        await a.Page.EvaluateAsync("() => dispatchEvent(new Event('online'))");
        await Expect(b.NowPlaying).ToHaveTextAsync(PlayerCatalog.Second);
        await Expect(b.Page.Locator(".now-device")).ToBeVisibleAsync();
        await Deck(b, "Pause").ClickAsync();
        await a.PausedAsync(true);

        static Task Unavailable(IRoute route) => route.FulfillAsync(new RouteFulfillOptions { Status = 503, Body = "{}" });
    }

    [BrowserFact]
    public async Task The_device_menu_is_operable_by_keyboard()
    {
        await using var a = await fixture.SignInAsync();
        await using var b = await fixture.SignInAsync(another: true);
        await a.PlayAlbumAsync();
        await b.Page.Locator(".device-button").FocusAsync();
        await b.Page.Keyboard.PressAsync("Enter");
        var items = b.Page.GetByRole(AriaRole.Menu, new PageGetByRoleOptions { Name = "Devices" }).GetByRole(AriaRole.Menuitemradio);
        await Expect(items).ToHaveCountAsync(2);
        await Expect(items.Nth(0)).ToBeFocusedAsync();
        await Expect(items.Nth(0)).ToHaveAttributeAsync("aria-checked", "true");
        await b.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(items.Nth(1)).ToBeFocusedAsync();
        await b.Page.Keyboard.PressAsync("Enter");
        await Expect(b.Page.Locator(".device-button")).ToBeFocusedAsync();
        await b.SoundsAsync(PlayerCatalog.First);
        await a.PausedAsync(true);
    }

    [BrowserFact]
    public async Task A_second_tab_is_another_device()
    {
        await using var a = await fixture.SignInAsync();
        await a.PlayAlbumAsync();
        var tab = await a.Page.Context.NewPageAsync();
        await tab.GotoAsync("/");
        await tab.Locator(".demo-user", new PageLocatorOptions { HasText = "ada" }).ClickAsync();
        await Expect(tab.Locator(".now-name")).ToHaveTextAsync(PlayerCatalog.First);
        await Expect(tab.Locator(".now-device")).ToBeVisibleAsync();
        await tab.CloseAsync();
        await a.SoundsAsync(PlayerCatalog.First);
    }

    private static ILocator Deck(PlayerPage player, string button) => player.Page.Locator("#deck")
        .GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = button, Exact = true });

    private static async Task ChooseDeviceAsync(PlayerPage player, string name)
    {
        await player.Page.Locator(".device-button").ClickAsync();
        await player.Page.GetByRole(AriaRole.Menuitemradio, new PageGetByRoleOptions { Name = name }).ClickAsync();
    }
}
