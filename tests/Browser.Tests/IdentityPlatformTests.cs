using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Spotify.Browser.Tests;

/// <summary>The player of the cloud home, where Identity Platform signs listeners in.</summary>
[Collection(PlayerTests.Name)]
public sealed class IdentityPlatformTests(PlayerFixture fixture)
{
    private const string Email = "listener@example.com";
    private const string Password = "correct horse battery";

    [BrowserFact]
    public async Task A_listener_who_signed_up_can_sign_in_again()
    {
        await using var player = await OpenAsync(new(fixture.Server));
        await FillAsync(player, Email, Password, "Sign up");
        await Expect(player.Page.Locator(".account")).ToContainTextAsync(Email);
        await player.OpenAlbumAsync();

        await player.Button("Sign out").ClickAsync();
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync("Who is listening?");
        Assert.Null(await player.Page.EvaluateAsync<string?>("() => sessionStorage.getItem('session')"));
        await player.Page.ReloadAsync();
        await FillAsync(player, Email, Password, "Sign in");
        await Expect(player.Page.Locator(".account")).ToContainTextAsync(Email);
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync(PlayerCatalog.AlbumName);
    }

    [BrowserFact]
    public async Task The_password_field_is_hidden_and_distinguishes_new_and_current_passwords()
    {
        await using var player = await OpenAsync(new(fixture.Server));
        await Expect(player.Page.Locator(".demo-user")).ToHaveCountAsync(0);
        await Expect(player.Page.GetByLabel("E-mail")).ToHaveAttributeAsync("autocomplete", "email");
        var password = player.Page.GetByLabel("Password");
        await Expect(password).ToHaveAttributeAsync("type", "password");
        await Expect(password).ToHaveAttributeAsync("autocomplete", "current-password");
        await player.Button("Sign up").ClickAsync();
        await Expect(password).ToHaveAttributeAsync("autocomplete", "new-password");
        await RefusedAsync(player, "Type an e-mail address.", "E-mail");
        await FillAsync(player, "listener", Password, "Sign in");
        await RefusedAsync(player, "Type an e-mail address.", "E-mail");
        await FillAsync(player, Email, "", "Sign in");
        await RefusedAsync(player, "Type a password.", "Password");
        await Expect(password).ToHaveAttributeAsync("autocomplete", "current-password");
    }

    [BrowserFact]
    public async Task Errors_are_explained_at_the_field()
    {
        var identity = new FakeIdentityPlatform(fixture.Server);
        await using var player = await OpenAsync(identity);
        player.Expect("400 (Bad Request)");
        player.Expect("net::ERR_FAILED");
        await FillAsync(player, Email, Password, "Sign up");
        await player.Button("Sign out").ClickAsync();

        await FillAsync(player, Email, "another password", "Sign in");
        await RefusedAsync(player, "The e-mail address or the password is wrong.", "Password");
        await FillAsync(player, Email, Password, "Sign up");
        await RefusedAsync(player, "Somebody has signed up with this e-mail address already.", "E-mail");
        foreach (var (code, text, label) in new[]
        {
            ("EMAIL_NOT_FOUND", "Nobody has signed up with this e-mail address.", "E-mail"),
            (
                "WEAK_PASSWORD : Password should be at least 6 characters",
                "The password is too weak: it takes at least 6 characters.",
                "Password"),
            ("TOO_MANY_ATTEMPTS_TRY_LATER : Too many unsuccessful login attempts.", "Too many attempts. Try again later.", "Password"),
            ("API key not valid. Please pass a valid API key.", "The service answered 400.", "E-mail"),
        })
        {
            identity.Refusal = code;
            await FillAsync(player, Email, Password, "Sign in");
            await RefusedAsync(player, text, label);
        }

        identity.IsReachable = false;
        await FillAsync(player, Email, Password, "Sign in");
        await RefusedAsync(player, "The service cannot be reached.", "E-mail");

        (identity.Refusal, identity.IsReachable) = (null, true);
        await FillAsync(player, Email, Password, "Sign in");
        await Expect(player.Page.Locator(".account")).ToContainTextAsync(Email);
    }

    [BrowserFact]
    public async Task A_token_is_renewed_before_it_expires_and_again()
    {
        var identity = new FakeIdentityPlatform(fixture.Server);
        await using var player = await SignUpAsync(identity);
        await player.Page.ReloadAsync();
        await Expect(player.Page.Locator(".greeting")).ToContainTextAsync(Email);
        Assert.Equal(0, identity.Refreshes);
        for (var i = 1; i <= 2; i++)
        {
            await ChangeSessionAsync(player, "{ expiresAt: Date.now() + 59000 }");
            await player.Page.ReloadAsync();
            await player.OpenAlbumAsync();
            Assert.Equal(i, identity.Refreshes);
        }
    }

    [BrowserFact]
    public async Task A_rejected_token_is_renewed_once()
    {
        var identity = new FakeIdentityPlatform(fixture.Server);
        await using var player = await SignUpAsync(identity);
        player.Expect("401 (Unauthorized)");
        await ChangeSessionAsync(player, "{ token: 'stale' }");
        await player.Page.ReloadAsync();
        await player.OpenAlbumAsync();
        Assert.Equal(1, identity.Refreshes);
    }

    [BrowserFact]
    public async Task A_refused_renewal_asks_to_sign_in_again_and_a_failed_one_does_not()
    {
        var identity = new FakeIdentityPlatform(fixture.Server);
        await using var player = await SignUpAsync(identity);
        player.Expect("400 (Bad Request)");
        await ChangeSessionAsync(player, "{ expiresAt: 0 }");
        identity.Refusal = "TOO_MANY_ATTEMPTS_TRY_LATER";
        await player.Page.GotoAsync("/search?q=harbour");
        await Expect(player.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Too many attempts. Try again later.");
        await Expect(player.Page.Locator(".account")).ToContainTextAsync(Email);

        identity.Refusal = "TOKEN_EXPIRED";
        await player.Button("Try again").ClickAsync();
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync("Who is listening?");
        identity.Refusal = null;
        await FillAsync(player, Email, Password, "Sign in");
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync("Results for “harbour”");
    }

    [BrowserFact]
    public async Task An_unreachable_configuration_is_an_error_and_can_be_retried()
    {
        var identity = new FakeIdentityPlatform(fixture.Server) { IsReachable = false };
        await using var player = await OpenAsync(identity);
        player.Expect("net::ERR_FAILED");
        player.Expect("The service cannot be reached.");
        await Expect(player.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The service cannot be reached.");
        identity.IsReachable = true;
        await player.Button("Try again").ClickAsync();
        await Expect(player.Page.GetByLabel("E-mail")).ToBeVisibleAsync();
    }

    private Task<PlayerPage> OpenAsync(FakeIdentityPlatform identity) => fixture.OpenAsync(prepare: identity.ServeAsync);

    private async Task<PlayerPage> SignUpAsync(FakeIdentityPlatform identity)
    {
        var player = await OpenAsync(identity);
        await FillAsync(player, Email, Password, "Sign up");
        await Expect(player.Page.Locator(".account")).ToContainTextAsync(Email);
        return player;
    }

    private static async Task FillAsync(PlayerPage player, string email, string password, string button)
    {
        await player.Page.GetByLabel("E-mail").FillAsync(email);
        await player.Page.GetByLabel("Password").FillAsync(password);
        await player.Button(button).ClickAsync();
    }

    private static async Task RefusedAsync(PlayerPage player, string text, string label)
    {
        await Expect(player.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync(text);
        await Expect(player.Page.GetByLabel(label)).ToBeFocusedAsync();
        await Expect(player.Page.GetByLabel(label)).ToHaveAttributeAsync("aria-invalid", "true");
    }

    private static Task ChangeSessionAsync(PlayerPage player, string changes) => player.Page.EvaluateAsync(
        $$"""
        () => {
            const session = JSON.parse(sessionStorage.getItem('session'));
            sessionStorage.setItem('session', JSON.stringify({ ...session, ...{{changes}} }));
        }
        """);
}
