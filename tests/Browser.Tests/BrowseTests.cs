using Microsoft.Playwright;
using Spotify.Domain.Data;
using static Microsoft.Playwright.Assertions;

namespace Spotify.Browser.Tests;

[Collection(PlayerTests.Name)]
public sealed class BrowseTests(PlayerFixture fixture)
{
    [BrowserFact]
    public async Task Home_shows_the_catalog()
    {
        await using var player = await fixture.SignInAsync();
        var artists = player.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Popular artists" });
        await Expect(artists).ToContainTextAsync("The Pilots");
        await player.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "The Pilots" }).First.ClickAsync();
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync("The Pilots");
        await Expect(player.Row(PlayerCatalog.First)).ToBeVisibleAsync();
        await player.Page.GoBackAsync();
        await Expect(player.Page.Locator(".greeting")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Home_shows_what_was_played_last()
    {
        await using var player = await fixture.SignInAsync("eve");
        var recent = player.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Recently played" });
        await Expect(player.Page.Locator(".greeting")).ToBeVisibleAsync();
        await Expect(recent).ToHaveCountAsync(0);
        await fixture.Server.WriteAsync(PlayerCatalog.Play("eve"));
        await player.Page.ReloadAsync();
        await Expect(recent).ToContainTextAsync(PlayerCatalog.First);
        await fixture.Server.WriteAsync(Mutation.Delete(Schema.Current.Table("PlayHistory"), new Key("eve")));
    }

    [BrowserFact]
    public async Task Search_finds_while_typing_and_reports_no_results()
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
    public async Task Search_shows_the_top_result_before_the_results_of_all_types()
    {
        await using var player = await fixture.SignInAsync();
        await player.SearchAsync("pilo");
        var top = player.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Top result" });
        await Expect(top).ToContainTextAsync("The Pilots");
        await Expect(player.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Tracks" })).ToBeVisibleAsync();
        await top.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync("The Pilots");
    }

    [BrowserFact]
    public async Task Tracks_that_cannot_be_played_show_the_reason()
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
    public async Task A_track_restricted_to_a_market_can_be_played_there()
    {
        await using var player = await fixture.SignInAsync("eve");
        await player.OpenAlbumAsync();
        await Expect(player.Row(PlayerCatalog.OnlyInTheUnitedStates).Locator(".track-reason")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task Names_and_descriptions_are_shown_as_text_not_markup()
    {
        await using var player = await fixture.SignInAsync();
        await player.SearchAsync("tape wire");
        await player.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = PlayerCatalog.ShowName }).First.ClickAsync();
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
    public async Task A_missing_page_is_reported()
    {
        await using var player = await fixture.SignInAsync("ada", "/album/0000000000000000000000");
        player.Expect("404 (Not Found)");
        await Expect(player.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Not here");
    }
}
