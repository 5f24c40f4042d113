using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Spotify.Browser.Tests;

[Collection(PlayerTests.Name)]
public sealed class BrowseTests(PlayerFixture fixture)
{
    [BrowserFact]
    public async Task Home_shows_what_there_is()
    {
        await using var player = await fixture.SignInAsync();
        await Expect(player.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Artists" })).ToContainTextAsync("The Pilots");
        await player.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "The Pilots" }).First.ClickAsync();
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync("The Pilots");
        await Expect(player.Row(PlayerCatalog.First)).ToBeVisibleAsync();
        await player.Page.GoBackAsync();
        await Expect(player.Page.Locator(".greeting")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Search_finds_as_one_types_and_says_when_there_is_nothing()
    {
        await using var player = await fixture.SignInAsync();
        await player.SearchAsync("harb");
        await Expect(player.Row(PlayerCatalog.First)).ToBeVisibleAsync();
        await player.SearchAsync("qqqq");
        await Expect(player.Page.GetByText("Nothing found")).ToBeVisibleAsync();
        Assert.EndsWith("/search?q=qqqq", player.Page.Url, StringComparison.Ordinal);
        await Expect(player.Page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task What_cannot_be_played_says_why()
    {
        await using var player = await fixture.SignInAsync();
        await player.OpenAlbumAsync();
        await Expect(player.Row(PlayerCatalog.OnlyInTheUnitedStates)).ToContainTextAsync("Not available in your country");
        await Expect(player.Row(PlayerCatalog.Unreleased)).ToContainTextAsync("Not released yet");
        await Expect(player.Row(PlayerCatalog.First).Locator(".track-reason")).ToBeHiddenAsync();

        await player.Row(PlayerCatalog.Unreleased).Locator(".track-play").ClickAsync(new LocatorClickOptions { Force = true });
        await Expect(player.Notices).ToContainTextAsync($"{PlayerCatalog.Unreleased}: not released yet.");
        await Expect(player.Page.Locator("#deck")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task The_same_track_is_open_to_those_it_is_meant_for()
    {
        await using var player = await fixture.SignInAsync("eve");
        await player.OpenAlbumAsync();
        await Expect(player.Row(PlayerCatalog.OnlyInTheUnitedStates).Locator(".track-reason")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Names_and_descriptions_are_never_markup()
    {
        await using var player = await fixture.SignInAsync();
        await player.SearchAsync("tape wire");
        await player.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = PlayerCatalog.ShowName }).ClickAsync();
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync(PlayerCatalog.ShowName);
        await Expect(player.Page.Locator(".hero-description")).ToHaveTextAsync("<img src=x onerror=alert(1)>");
    }

    [BrowserFact]
    public async Task A_deep_link_opens_after_signing_in()
    {
        await using var player = await fixture.SignInAsync("ada", $"/album/{PlayerCatalog.Album.Id}");
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync(PlayerCatalog.AlbumName);
        await player.Page.ReloadAsync();
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync(PlayerCatalog.AlbumName);
    }

    [BrowserFact]
    public async Task What_is_not_there_is_said_not_to_be()
    {
        await using var player = await fixture.SignInAsync("ada", "/album/0000000000000000000000");
        player.Expect("404 (Not Found)");
        await Expect(player.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Not here");
    }
}
