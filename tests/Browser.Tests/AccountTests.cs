using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts.SignIn;
using static Microsoft.Playwright.Assertions;

namespace Spotify.Browser.Tests;

/// <summary>The player with the account of a listener, who signs in at the authorization server.</summary>
[Collection(PlayerTests.Name)]
public sealed class AccountTests(PlayerFixture fixture) : IAsyncLifetime
{
    private const string Password = "correct horse battery";
    private const string SavedAccount = "const store = new (await import('/modules/saved-account.js')).SavedAccount();";
    private const string SignInButton = "Sign in with your account";

    private readonly string name = $"nina-{Guid.NewGuid():N}";

    public async Task InitializeAsync()
    {
        if (new BrowserFactAttribute().Skip is not null) return;
        var accounts = fixture.Server.Services.GetRequiredService<LocalAccounts>();
        var invitation = await accounts.InviteAsync(new Invitation(null, IsOwner: false, Product.Premium, "SE"), default);
        await accounts.AcceptAsync(invitation, name, Password, default);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [BrowserFact]
    public async Task A_listener_signs_in_plays_and_stays_signed_in()
    {
        await using var player = await SignInAsync("/search?q=harbour");
        await Expect(player.Page).ToHaveURLAsync(new Uri(fixture.Server.Http.BaseAddress!, "/search?q=harbour").ToString());
        await player.PlayAlbumAsync();

        var before = await RefreshTokenAsync(player.Page);
        await player.Page.ReloadAsync();
        await player.OpenAlbumAsync();
        Assert.NotEqual(before, await RefreshTokenAsync(player.Page));
        var stored = await player.Page.EvaluateAsync<string>(
            $$"""
            async () => {
                {{SavedAccount}}
                return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, await store.read()]);
            }
            """);
        Assert.DoesNotContain("eyJ", stored, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Signing_out_ends_the_session_and_the_refresh_token()
    {
        await using var player = await SignInAsync();
        var token = await RefreshTokenAsync(player.Page);
        await player.Button("Sign out").ClickAsync();
        await Expect(player.Button(SignInButton)).ToBeVisibleAsync();
        await AssertRevokedAsync(token);

        await player.Button(SignInButton).ClickAsync();
        await Expect(player.Page.GetByLabel("Password")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task Signing_out_everywhere_ends_other_browsers()
    {
        await using var phone = await SignInAsync();
        await using var player = await SignInAsync();
        phone.Expect("400 (Bad Request)");
        var token = await RefreshTokenAsync(phone.Page);
        await player.Page.Locator(".account-menu summary").ClickAsync();
        await player.Button("Sign out everywhere").ClickAsync();
        await Expect(player.Button(SignInButton)).ToBeVisibleAsync();

        await phone.Page.GotoAsync("/search?q=harbour");
        await Expect(phone.Button(SignInButton)).ToBeVisibleAsync();
        await phone.Button(SignInButton).ClickAsync();
        await Expect(phone.Page.GetByLabel("Password")).ToBeVisibleAsync();
        await AssertRevokedAsync(token);
    }

    [BrowserFact]
    public async Task Tabs_renew_one_after_the_other_and_sign_out_together()
    {
        await using var player = await SignInAsync("/search?q=harbour");
        var pages = new List<IPage> { player.Page };
        for (var i = 0; i < 3; i++)
        {
            pages.Add(await player.Page.Context.NewPageAsync());
            await pages[^1].GotoAsync("/search?q=harbour");
            await Expect(pages[^1].Locator("h1")).ToHaveTextAsync("Results for “harbour”");
        }

        var used = new ConcurrentQueue<string>();
        player.Page.Context.Request += (_, request) =>
        {
            if (request.Url.EndsWith("/api/token", StringComparison.Ordinal)) used.Enqueue(request.PostData!);
        };
        await Task.WhenAll(pages.Select(page => page.ReloadAsync()));
        foreach (var page in pages) await Expect(page.Locator("h1")).ToHaveTextAsync("Results for “harbour”");
        Assert.Equal(pages.Count, used.Distinct().Count());

        await player.Button("Sign out").ClickAsync();
        foreach (var page in pages) await Expect(page.GetByText(SignInButton)).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task A_tab_that_missed_renewals_uses_the_newest_refresh_token()
    {
        await using var player = await SignInAsync("/search?q=harbour");
        var behind = player.Page;
        var other = await behind.Context.NewPageAsync();
        for (var i = 0; i < 2; i++)
        {
            await other.GotoAsync("/search?q=harbour");
            await Expect(other.Locator("h1")).ToHaveTextAsync("Results for “harbour”");
        }

        var newest = await RefreshTokenAsync(other);
        await behind.BringToFrontAsync();
        await behind.RouteAsync("**/v1/**", route => route.FulfillAsync(new() { Status = 401 }), new() { Times = 1 });
        player.Expect("401 (Unauthorized)");
        var renewal = await behind.RunAndWaitForRequestAsync(
            () => behind.GetByLabel("Search").FillAsync("tide"), request => request.Url.EndsWith("/api/token", StringComparison.Ordinal));
        Assert.Contains($"refresh_token={newest}", renewal.PostData, StringComparison.Ordinal);
        await Expect(behind.Locator("h1")).ToHaveTextAsync("Results for “tide”");
    }

    [BrowserFact]
    public async Task A_lost_response_does_not_sign_the_listener_out()
    {
        await using var player = await SignInAsync();
        player.Expect("net::ERR_FAILED");
        var lost = "";
        await player.Page.RouteAsync(
            "**/api/token",
            async route =>
            {
                lost = await (await route.FetchAsync()).TextAsync();
                await route.AbortAsync();
            },
            new() { Times = 1 });
        await player.Page.GotoAsync("/search?q=harbour");
        await Expect(player.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The service cannot be reached.");
        Assert.Contains("refresh_token", lost, StringComparison.Ordinal);

        await player.Button("Try again").ClickAsync();
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync("Results for “harbour”");
        Assert.Contains(await RefreshTokenAsync(player.Page), lost, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_refused_renewal_signs_out_and_a_failed_one_does_not()
    {
        await using var player = await SignInAsync();
        player.Expect("400 (Bad Request)");
        player.Expect("net::ERR_FAILED");
        await player.Page.RouteAsync("**/api/token", route => route.AbortAsync());
        await player.Page.GotoAsync("/search?q=harbour");
        await Expect(player.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The service cannot be reached.");
        await player.Page.UnrouteAllAsync();
        await player.Button("Try again").ClickAsync();
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync("Results for “harbour”");

        await player.Page.EvaluateAsync(
            $"async () => {{ {SavedAccount} await store.replace({{ ...await store.read(), refreshToken: 'stolen' }}); }}");
        await player.Page.ReloadAsync();
        await Expect(player.Button(SignInButton)).ToBeVisibleAsync();
        Assert.True(await player.Page.EvaluateAsync<bool>($"async () => {{ {SavedAccount} return await store.read() === null; }}"));
    }

    [BrowserFact]
    public async Task The_link_of_an_invitation_creates_an_account_and_is_not_sent_to_the_server()
    {
        var accounts = fixture.Server.Services.GetRequiredService<LocalAccounts>();
        var token = await accounts.InviteAsync(new Invitation(null, IsOwner: false, Product.Premium, "SE"), default);
        var requests = new ConcurrentQueue<string>();
        await using var player = await fixture.OpenAsync(InvitationEndpoints.Address("", token), prepare: page =>
        {
            page.Request += (_, request) => requests.Enqueue(request.Url);
            return Task.CompletedTask;
        });
        await Expect(player.Page.Locator("h1")).ToHaveTextAsync("Create your account");
        await player.Page.GetByLabel("Name").FillAsync($"{name}-2");
        await player.Page.GetByLabel("Password").FillAsync(Password);
        await player.Button("Continue").ClickAsync();
        await Expect(player.Button(SignInButton)).ToBeVisibleAsync();
        Assert.Contains(requests, url => url.EndsWith("/invitation", StringComparison.Ordinal));
        Assert.DoesNotContain(requests, url => url.Split('#')[0].Contains(token, StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task An_answer_of_another_issuer_signs_nobody_in()
    {
        await using var player = await fixture.OpenAsync();
        await player.Page.EvaluateAsync("() => sessionStorage.setItem('authorization', JSON.stringify({ state: 's', verifier: 'v' }))");
        await player.Page.GotoAsync("/?code=c&state=s&iss=https%3A%2F%2Fevil.example");
        await Expect(player.Notices).ToContainTextAsync("started elsewhere");
        await Expect(player.Button(SignInButton)).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task An_answer_that_was_not_asked_for_signs_nobody_in()
    {
        await using var player = await fixture.OpenAsync("/?code=stolen&state=guessed");
        await Expect(player.Notices).ToContainTextAsync("started elsewhere");
        await Expect(player.Page).ToHaveURLAsync(fixture.Server.Http.BaseAddress!.ToString());
        await Expect(player.Button(SignInButton)).ToBeVisibleAsync();
    }

    private async Task<PlayerPage> SignInAsync(string path = "/")
    {
        var player = await fixture.OpenAsync(path);
        await player.Button(SignInButton).ClickAsync();
        await player.Page.GetByLabel("Name").FillAsync(name);
        await player.Page.GetByLabel("Password").FillAsync(Password);
        await player.Button("Sign in").ClickAsync();
        await Expect(player.Page.Locator(".account")).ToContainTextAsync(name);
        await Expect(player.Page.Locator("#main")).ToHaveAttributeAsync("aria-busy", "false");
        return player;
    }

    private async Task AssertRevokedAsync(string token)
    {
        using var form = new FormUrlEncodedContent(
            [new("grant_type", "refresh_token"), new("refresh_token", token), new("client_id", "web-player")]);
        using var response = await fixture.Server.Http.PostAsync("/api/token", form);
        Assert.Contains("invalid_grant", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static Task<string> RefreshTokenAsync(IPage page) =>
        page.EvaluateAsync<string>($"async () => {{ {SavedAccount} return (await store.read()).refreshToken; }}");
}
