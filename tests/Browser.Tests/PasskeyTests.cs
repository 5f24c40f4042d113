using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts.SignIn;
using static Microsoft.Playwright.Assertions;

namespace Spotify.Browser.Tests;

/// <summary>Passkeys with the virtual authenticator of the browser, at the name of this machine.</summary>
[Collection(PlayerTests.Name)]
public sealed class PasskeyTests(PlayerFixture fixture) : IAsyncLifetime
{
    private const string Password = "correct horse battery";
    private const string SignInButton = "Sign in with your account";
    private const string PasskeyButton = "Sign in with a passkey";

    private readonly string name = $"pia-{Guid.NewGuid():N}";

    private string Origin => $"http://localhost:{fixture.Server.Http.BaseAddress!.Port}";

    public async Task InitializeAsync()
    {
        if (new BrowserFactAttribute().Skip is not null) return;
        var accounts = fixture.Server.Services.GetRequiredService<LocalAccounts>();
        var invitation = await accounts.InviteAsync(new Invitation(null, IsOwner: false, Product.Premium, "SE"), default);
        await accounts.AcceptAsync(invitation, name, Password, default);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [BrowserFact]
    public async Task A_listener_adds_a_passkey_signs_in_with_it_and_plays()
    {
        await using var player = await AddPasskeyAsync();
        await player.Button("Sign out").ClickAsync();
        await DisableAutofillAsync(player);
        await player.Button(SignInButton).ClickAsync();
        await player.Button(PasskeyButton).ClickAsync();
        await Expect(player.Page.Locator(".account")).ToContainTextAsync(name);
        await player.PlayAlbumAsync();
    }

    [BrowserFact]
    public async Task The_browser_offers_the_passkey_in_the_field_for_the_name()
    {
        await using var player = await AddPasskeyAsync();
        await player.Button("Sign out").ClickAsync();
        // The virtual authenticator chooses the passkey as soon as the page offers it.
        await player.Button(SignInButton).ClickAsync();
        await Expect(player.Page.Locator(".account")).ToContainTextAsync(name);
    }

    [BrowserFact]
    public async Task A_refusal_of_the_authenticator_is_shown()
    {
        await using var player = await AddPasskeyAsync();
        await player.Button("Add a passkey").ClickAsync();
        await Expect(player.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This device already has a passkey of the account.");
        await player.Button("Remove").First.ClickAsync();
        await Expect(player.Page.GetByText("For localhost, added")).ToHaveCountAsync(0);

        await player.Button("Sign out").ClickAsync();
        player.Expect("403 (Forbidden)");
        await player.Button(SignInButton).ClickAsync();
        await Expect(player.Page.Locator(".error").First).ToHaveTextAsync("The passkey was not accepted.");
    }

    [BrowserFact]
    public async Task Browsers_without_passkeys_show_the_password_only()
    {
        await using var player = await fixture.OpenAsync(
            $"{Origin}/login", prepare: page => page.AddInitScriptAsync("delete window.PublicKeyCredential;"));
        await Expect(player.Button("Sign in")).ToBeVisibleAsync();
        await Expect(player.Page.GetByText(PasskeyButton)).ToBeHiddenAsync();
    }

    private static Task DisableAutofillAsync(PlayerPage player) => player.Page.AddInitScriptAsync(
        "if (window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false;");

    // Signs in with the password and adds a passkey.
    private async Task<PlayerPage> AddPasskeyAsync()
    {
        var player = await fixture.OpenAsync($"{Origin}/login", prepare: async page =>
        {
            var session = await page.Context.NewCDPSessionAsync(page);
            await session.SendAsync("WebAuthn.enable");
            await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
            {
                ["options"] = new
                {
                    protocol = "ctap2", transport = "internal", hasResidentKey = true, hasUserVerification = true, isUserVerified = true,
                    automaticPresenceSimulation = true,
                },
            });
        });
        await player.Page.GetByLabel("Name").FillAsync(name);
        await player.Page.GetByLabel("Password").FillAsync(Password);
        await player.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await player.Button("Add a passkey").ClickAsync();
        await Expect(player.Page.GetByText("For localhost, added")).ToBeVisibleAsync();
        return player;
    }
}
