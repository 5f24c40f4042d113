using static Microsoft.Playwright.Assertions;

namespace Spotify.Browser.Tests;

[Collection(PlayerTests.Name)]
public sealed class DemoTests(PlayerFixture fixture, DemoFixture demo) : IClassFixture<DemoFixture>
{
    [BrowserFact]
    public async Task The_first_album_is_seen_and_heard()
    {
        await using var player = await fixture.OpenAsync(server: demo.Server, animated: true);
        await player.SignInAsync("ada");
        await Expect(player.Page.Locator(".feature img.is-loaded")).ToBeVisibleAsync();
        await player.Page.Locator(".feature .button-main").ClickAsync();
        await player.SoundsAsync();
        await player.ReachesAsync(1);
        Assert.NotEmpty(player.Audio);
        Assert.All(player.Audio, response => Assert.Equal(206, response.Status));
    }

    [BrowserFact]
    public async Task The_player_fits_a_phone()
    {
        await using var player = await fixture.OpenAsync(server: demo.Server, animated: true, width: 360);
        await player.SignInAsync("ada");
        await FitsAsync(player);
        await player.Page.Locator(".feature .button-main").ClickAsync();
        await player.SoundsAsync();
        await FitsAsync(player);
        await player.Page.Locator(".feature-name a").ClickAsync();
        await Expect(player.Page.Locator(".track").First).ToBeVisibleAsync();
        await FitsAsync(player);
    }

    private static async Task FitsAsync(PlayerPage player) =>
        Assert.Equal(360, await player.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
}
