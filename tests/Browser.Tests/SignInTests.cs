using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Spotify.Browser.Tests;

[Collection(PlayerTests.Name)]
public sealed class SignInTests(PlayerFixture fixture)
{
    [BrowserFact]
    public async Task A_demo_user_signs_in_with_one_click()
    {
        await using var player = await fixture.OpenAsync();
        await Expect(player.Page).ToHaveTitleAsync("Sign in · Spotify.Serverless");
        await player.SignInAsync("bob");
        var ignoreCase = new LocatorAssertionsToContainTextOptions { IgnoreCase = true };
        await Expect(player.Page.Locator(".account")).ToContainTextAsync("free · US", ignoreCase);
        await Expect(player.Page.Locator("h1")).ToContainTextAsync("bob");
    }

    [BrowserFact]
    public async Task Any_other_name_signs_in_too()
    {
        await using var player = await fixture.OpenAsync();
        await FillAsync(player, "Zoë <b>", "NO");
        await Expect(player.Page.Locator(".account")).ToContainTextAsync("Zoë <b>");
        await Expect(player.Page.Locator(".account")).ToContainTextAsync("NO");
    }

    [BrowserFact]
    public async Task A_missing_name_is_requested()
    {
        await using var player = await fixture.OpenAsync();
        await FillAsync(player, "  ", "US");
        await Expect(player.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Type a name.");
        await Expect(player.Page.GetByLabel("Name")).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task Errors_of_the_service_are_shown()
    {
        await using var player = await fixture.OpenAsync();
        player.Expect("400 (Bad Request)");
        await FillAsync(player, new string('x', 129), "US");
        await Expect(player.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("1 to 128 printable characters");
        await FillAsync(player, "nobody-there", "ZZ");
        await Expect(player.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("country must be a market");
        await Expect(player.Page.GetByLabel("Country")).ToBeFocusedAsync();
        await FillAsync(player, "nobody-there", "NO");
        await Expect(player.Page.Locator(".account")).ToContainTextAsync("nobody-there");
    }

    [BrowserFact]
    public async Task A_sign_in_survives_a_reload_until_sign_out()
    {
        await using var player = await fixture.SignInAsync();
        await player.Page.ReloadAsync();
        await Expect(player.Page.Locator(".account")).ToContainTextAsync("ada");
        await player.Button("Sign out").ClickAsync();
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync("Who is listening?");
        await player.Page.ReloadAsync();
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync("Who is listening?");
    }

    [BrowserFact]
    public async Task A_rejected_token_is_renewed_once()
    {
        await using var player = await fixture.SignInAsync();
        player.Expect("401 (Unauthorized)");
        await player.Page.EvaluateAsync(
            """
            () => {
                const session = JSON.parse(sessionStorage.getItem('session'));
                sessionStorage.setItem('session', JSON.stringify({ ...session, token: 'stale' }));
            }
            """);
        await player.Page.ReloadAsync();
        await Expect(player.Page.Locator(".greeting")).ToContainTextAsync("ada");
        Assert.NotEqual("stale", await player.Page.EvaluateAsync<string>("() => JSON.parse(sessionStorage.getItem('session')).token"));
    }

    [BrowserFact]
    public async Task An_unreachable_configuration_is_an_error_and_can_be_retried()
    {
        var isReachable = false;
        await using var player = await fixture.OpenAsync(prepare: page => page.RouteAsync(
            "**/config.json", route => isReachable ? route.ContinueAsync() : route.AbortAsync()));
        player.Expect("net::ERR_FAILED");
        player.Expect("The service cannot be reached.");
        await Expect(player.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The service cannot be reached.");
        isReachable = true;
        await player.Button("Try again").ClickAsync();
        await Expect(player.Page.GetByLabel("Name")).ToBeVisibleAsync();
    }

    private static async Task FillAsync(PlayerPage player, string name, string country)
    {
        await player.Page.GetByLabel("Name").FillAsync(name);
        await player.Page.GetByLabel("Country").FillAsync(country);
        await player.Button("Sign in").ClickAsync();
    }
}
