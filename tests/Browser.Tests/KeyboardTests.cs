using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Spotify.Browser.Tests;

[Collection(PlayerTests.Name)]
public sealed class KeyboardTests(PlayerFixture fixture)
{
    [BrowserFact]
    public async Task Everything_is_reachable_by_keyboard()
    {
        await using var player = await fixture.OpenAsync();
        await player.Page.Locator(".demo-user", new PageLocatorOptions { HasText = "ada" }).FocusAsync();
        await player.Page.Keyboard.PressAsync("Enter");
        await Expect(player.Page.Locator(".greeting")).ToBeFocusedAsync();
        await player.Page.Keyboard.PressAsync("/");
        await Expect(player.Page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await player.Page.Keyboard.TypeAsync("harbour");
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync("Results for “harbour”");

        await player.Row(PlayerCatalog.First).Locator(".track-play").FocusAsync();
        await player.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(player.Page.Locator(".track-play").Nth(1)).ToBeFocusedAsync();
        await player.Page.Keyboard.PressAsync("ArrowUp");
        await Expect(player.Row(PlayerCatalog.First).Locator(".track-play")).ToBeFocusedAsync();
        await player.Page.Keyboard.PressAsync("?");
        await Expect(player.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await player.Page.Keyboard.PressAsync("Escape");
        await Expect(player.Page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Keys_play_pause_seek_and_skip()
    {
        await using var player = await fixture.SignInAsync();
        await player.PlayAlbumAsync();
        await player.Page.Locator("h1").FocusAsync();
        await player.Page.Keyboard.PressAsync("Space");
        await player.PausedAsync(true);
        await player.Page.Keyboard.PressAsync("Space");
        await player.PausedAsync(false);

        var before = await player.CurrentTimeAsync();
        for (var i = 0; i < 4; i++) await player.Page.Keyboard.PressAsync("ArrowRight");
        await player.ReachesAsync(before + 15);
        await player.Page.Keyboard.PressAsync("Shift+ArrowRight");
        await player.SoundsAsync(PlayerCatalog.Second);
        await player.Page.Keyboard.PressAsync("Shift+ArrowLeft");
        await player.SoundsAsync(PlayerCatalog.First);
        await player.Page.Keyboard.PressAsync("m");
        await Expect(player.Button("Unmute")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Space_types_a_space_in_a_text_field()
    {
        await using var player = await fixture.SignInAsync();
        await player.PlayAlbumAsync();
        await player.Page.GetByRole(AriaRole.Searchbox).FocusAsync();
        await player.Page.Keyboard.TypeAsync("a b");
        await Expect(player.Page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("a b");
        await player.SoundsAsync(PlayerCatalog.First);
    }

    [BrowserFact]
    public async Task The_quality_menu_is_operable_by_keyboard()
    {
        await using var player = await fixture.SignInAsync();
        await player.PlayAlbumAsync();
        await player.Page.Locator(".quality-button").FocusAsync();
        await player.Page.Keyboard.PressAsync("Enter");
        await Expect(player.Page.GetByRole(AriaRole.Menuitemradio, new PageGetByRoleOptions { Name = "High 160" })).ToBeFocusedAsync();
        await player.Page.Keyboard.PressAsync("ArrowDown");
        await player.Page.Keyboard.PressAsync("Enter");
        await Expect(player.Page.Locator(".quality-button")).ToHaveTextAsync("Very high");
        await Expect(player.Page.Locator(".quality-button")).ToBeFocusedAsync();
    }
}
