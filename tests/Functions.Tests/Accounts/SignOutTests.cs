using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>Signing out of this browser, and of all browsers with the web player in them.</summary>
public sealed class SignOutTests : IAsyncLifetime
{
    private static readonly Statement Newest = new("SELECT UserId, SignedInAt, ExpiresAt FROM Sessions ORDER BY SignedInAt DESC LIMIT 1");

    private AccountsServer accounts = null!;

    public async Task InitializeAsync()
    {
        accounts = await AccountsServer.StartAsync();
        using var signedIn = await accounts.SignInAsync();
    }

    public async Task DisposeAsync() => await accounts.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_form_of_the_account_ends_this_browser_or_all(bool everywhere)
    {
        using var phone = AccountsServer.NewBrowser(accounts.Server);
        using var signedIn = await accounts.SignInAsync(browser: phone);
        var token = await PlayerTokenAsync();
        var page = await accounts.Browser.GetStringAsync("/account");
        using var response = await accounts.Browser.PostAsync(
            "/logout", AccountsServer.Form(page, [.. everywhere ? [("everywhere", "true")] : Array.Empty<(string, string)>()]));
        Assert.Equal("/", response.Headers.Location!.ToString());
        await AssertAsync(isOut: true, accounts.Browser);
        await AssertAsync(everywhere, phone);
        Assert.Equal(everywhere ? HttpStatusCode.BadRequest : HttpStatusCode.OK, await RenewAsync(token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_web_player_ends_its_browser_or_all(bool everywhere)
    {
        using var phone = AccountsServer.NewBrowser(accounts.Server);
        using var signedIn = await accounts.SignInAsync(browser: phone);
        var (token, other) = (await PlayerTokenAsync(), await PlayerTokenAsync());
        using var response = await accounts.SignPlayerOutAsync(token, everywhere, "same-origin");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await AssertAsync(isOut: true, accounts.Browser);
        await AssertAsync(everywhere, phone);
        Assert.Equal(HttpStatusCode.BadRequest, await RenewAsync(token));
        Assert.Equal(everywhere ? HttpStatusCode.BadRequest : HttpStatusCode.OK, await RenewAsync(other));
    }

    [Fact]
    public async Task A_token_that_has_ended_ends_the_session_of_this_browser_only()
    {
        using var phone = AccountsServer.NewBrowser(accounts.Server);
        using var signedIn = await accounts.SignInAsync(browser: phone);
        using var response = await accounts.SignPlayerOutAsync("ended", everywhere: true, "same-origin");
        await AssertAsync(isOut: true, accounts.Browser);
        await AssertAsync(isOut: false, phone);
    }

    [Theory]
    [InlineData("same-site")]
    [InlineData("cross-site")]
    [InlineData(null)]
    public async Task Other_sites_cannot_sign_a_listener_out(string? site)
    {
        var token = await PlayerTokenAsync();
        using var response = await accounts.SignPlayerOutAsync(token, everywhere: true, site);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        await AssertAsync(isOut: false, accounts.Browser);
        Assert.Equal(HttpStatusCode.OK, await RenewAsync(token));
    }

    [Fact]
    public async Task A_further_sign_in_ends_the_oldest_of_a_hundred_sessions()
    {
        var database = accounts.Server.Services.GetRequiredService<IDatabase>();
        var sessions = Schema.Current.Table("Sessions");
        var own = await database.QueryAsync(Newest, Parameters.None, null, default).SingleAsync();
        await database.CommitAsync(
            [
                .. Enumerable.Range(1, 99).Select(i => Mutation.Insert(
                    sessions,
                    ("SessionHash", $"session-{i}"),
                    ("UserId", own.String("UserId")),
                    ("SignedInAt", own.Timestamp("SignedInAt").AddSeconds(-i)),
                    ("ExpiresAt", own.Timestamp("ExpiresAt")))),
            ],
            default);
        using var phone = AccountsServer.NewBrowser(accounts.Server);
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));

        using var signedIn = await accounts.SignInAsync(browser: phone);

        await AssertAsync(isOut: false, accounts.Browser);
        await AssertAsync(isOut: false, phone);
        Assert.Null(await database.ReadAsync(sessions, new Key("session-99"), null, default));
        Assert.NotNull(await database.ReadAsync(sessions, new Key("session-98"), null, default));
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/json")]
    public async Task A_body_that_is_no_form_is_refused(string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/sign-out") { Content = new StringContent("token=x") };
        request.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var response = await accounts.Browser.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        await AssertAsync(isOut: false, accounts.Browser);
    }

    private async Task<string> PlayerTokenAsync() => (await accounts.SignPlayerInAsync()).At("refresh_token")!;

    private async Task<HttpStatusCode> RenewAsync(string token) => (await accounts.TokenAsync(
        null, ("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "web-player"))).Status;

    private static async Task AssertAsync(bool isOut, HttpClient browser)
    {
        using var response = await browser.GetAsync("/account");
        Assert.Equal(isOut ? HttpStatusCode.SeeOther : HttpStatusCode.OK, response.StatusCode);
    }
}
