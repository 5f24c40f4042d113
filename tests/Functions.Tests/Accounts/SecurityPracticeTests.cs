using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>The best current practice for OAuth (RFC 9700), as far as other tests do not cover it: docs/oauth-security.md.</summary>
public sealed partial class SecurityPracticeTests : IAsyncLifetime
{
    private AccountsServer accounts = null!;

    public async Task InitializeAsync()
    {
        accounts = await AccountsServer.StartAsync();
        using var signedIn = await accounts.SignInAsync();
    }

    public async Task DisposeAsync() => await accounts.DisposeAsync();

    [Fact]
    public async Task Pages_cannot_be_framed_send_no_referrer_are_not_cached_and_load_nothing()
    {
        var (app, _) = await accounts.RegisterAsync();
        using var stranger = AccountsServer.NewBrowser(accounts.Server);
        var asks = AccountsServer.AuthorizeAddress(app, "streaming", null);
        foreach (var (browser, path) in new[]
        {
            (stranger, "/login"), (stranger, "/login/new"), (stranger, "/invitation"), (accounts.Browser, "/account"),
            (accounts.Browser, asks), (accounts.Browser, asks.Replace("streaming", "everything", StringComparison.Ordinal)),
            (accounts.Browser, "/authorize"),
        })
        {
            using var response = await browser.GetAsync(path);
            var headers = response.Headers;
            Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
            var policy = Assert.Single(headers.GetValues("Content-Security-Policy"));
            Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'; base-uri 'none'", policy, StringComparison.Ordinal);
            Assert.Equal("DENY", Assert.Single(headers.GetValues("X-Frame-Options")));
            Assert.Equal("no-referrer", Assert.Single(headers.GetValues("Referrer-Policy")));
            Assert.True(headers.CacheControl?.NoStore);
            Assert.DoesNotMatch(External(), await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Redirects_are_303_without_a_referrer()
    {
        var (app, _) = await accounts.RegisterAsync();
        using var stranger = AccountsServer.NewBrowser(accounts.Server);
        using var signedIn = await accounts.SignInAsync(browser: stranger);
        var asks = AccountsServer.AuthorizeAddress(app, "streaming", null);
        var page = await stranger.GetStringAsync(asks);
        using var refused = await stranger.PostAsync(asks, AccountsServer.Form(page, ("decision", "deny")));
        using var allowed = await stranger.PostAsync(asks, AccountsServer.Form(page, ("decision", "allow")));
        using var signedOut = await stranger.PostAsync("/logout", AccountsServer.Form(page));
        using var late = await stranger.PostAsync(asks, AccountsServer.Form(page, ("decision", "allow")));
        using var lateForm = await stranger.PostAsync("/account/apps", AccountsServer.Form(page, ("name", "An app")));
        using var asked = await stranger.GetAsync(asks);

        Assert.Equal("access_denied", AccountsServer.QueryOf(refused)["error"]);
        foreach (var response in new[] { signedIn, refused, allowed, signedOut, late, lateForm, asked })
        {
            Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
            Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
            Assert.True(response.Headers.CacheControl?.NoStore);
        }
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/logout")]
    [InlineData("/authorize")]
    [InlineData("/account/apps")]
    [InlineData("/account/invite")]
    public async Task A_form_of_another_site_is_refused(string path)
    {
        var (app, _) = await accounts.RegisterAsync();
        var address = path == "/authorize" ? AccountsServer.AuthorizeAddress(app, "streaming", null) : path;
        var page = await accounts.Browser.GetStringAsync("/account");
        (string, string)[] fields =
            [("name", AccountsServer.Name), ("password", AccountsServer.Password), ("decision", "allow"), ("product", "free")];
        foreach (var (content, site) in new[]
        {
            (AccountsServer.Form("", fields), null), (AccountsServer.Form("name=\"form_token\" value=\"guessed\"", fields), null),
            (AccountsServer.Form(page, fields), "cross-site"), (AccountsServer.Form(page, fields), "same-site"),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
            if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
            using var response = await accounts.Browser.SendAsync(request);
            Assert.Equal((HttpStatusCode.Forbidden, null), (response.StatusCode, response.Headers.Location));
        }

        using var own = await accounts.Browser.GetAsync("/account");
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/authorize", false)]
    [InlineData("OPTIONS", "/authorize", false)]
    [InlineData("GET", "/login", false)]
    [InlineData("GET", "/account", false)]
    [InlineData("OPTIONS", "/api/token", true)]
    [InlineData("GET", "/.well-known/oauth-authorization-server", true)]
    [InlineData("GET", "/.well-known/jwks.json", true)]
    public async Task Scripts_of_other_sites_reach_the_token_endpoint_but_no_page(string method, string path, bool isAllowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Origin", "https://app.example");
        if (method == "OPTIONS") request.Headers.Add("Access-Control-Request-Method", "POST");
        using var response = await accounts.Browser.SendAsync(request);
        Assert.Equal(isAllowed, response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task An_app_on_a_device_without_a_secret_is_allowed_by_the_user_each_time()
    {
        var (native, _) = await accounts.RegisterAsync(
            "http://127.0.0.1/callback\ncom.example.app:/callback\nhttps://app.example/callback");
        foreach (var (uri, isAsked) in new[]
        {
            ("http://127.0.0.1:49152/callback", true), ("com.example.app:/callback", true), ("https://app.example/callback", false),
        })
        {
            var address = AccountsServer.AuthorizeAddress(native, "streaming", AccountsServer.NewProof().Challenge, uri);
            await accounts.AuthorizeAsync(native, "streaming", AccountsServer.NewProof().Challenge, uri);
            using var again = await accounts.Browser.GetAsync(address);
            Assert.Equal((uri, isAsked ? HttpStatusCode.OK : HttpStatusCode.SeeOther), (uri, again.StatusCode));
        }

        // Without the secret, nobody can use the code of a request without a challenge.
        using var withSecret = await accounts.Browser.GetAsync(
            AccountsServer.AuthorizeAddress(native, "streaming", null, "http://127.0.0.1:49152/callback"));
        Assert.Equal(HttpStatusCode.SeeOther, withSecret.StatusCode);
    }

    [Fact]
    public async Task A_refresh_token_belongs_to_its_app_and_needs_its_secret()
    {
        var (app, other) = (await accounts.RegisterAsync(), await accounts.RegisterAsync());
        var (_, tokens) = await RedeemAsync(app);
        (string, string)[] form = [("grant_type", "refresh_token"), ("refresh_token", tokens.At("refresh_token")!)];

        Assert.Equal("invalid_grant", (await accounts.TokenAsync(other, form)).Body.At("error"));
        Assert.Equal("invalid_grant", (await accounts.TokenAsync(null, [.. form, ("client_id", app.Id)])).Body.At("error"));
        Assert.Equal("invalid_client", (await accounts.TokenAsync((app.Id, "wrong"), form)).Body.At("error"));
        Assert.Equal(HttpStatusCode.OK, (await accounts.TokenAsync(app, form)).Status);
    }

    [Fact]
    public async Task A_refresh_token_ends_a_year_after_its_last_use()
    {
        var app = await accounts.RegisterAsync();
        var (_, tokens) = await RedeemAsync(app);
        (string, string)[] form = [("grant_type", "refresh_token"), ("refresh_token", tokens.At("refresh_token")!)];

        for (var i = 0; i < 2; i++)
        {
            accounts.Clock.Advance(TimeSpan.FromDays(364));
            Assert.Equal(HttpStatusCode.OK, (await accounts.TokenAsync(app, form)).Status);
        }

        accounts.Clock.Advance(TimeSpan.FromDays(365));
        Assert.Equal("invalid_grant", (await accounts.TokenAsync(app, form)).Body.At("error"));
    }

    [Fact]
    public async Task A_token_in_an_address_is_ignored()
    {
        var (_, tokens) = await RedeemAsync(await accounts.RegisterAsync());
        await accounts.Server.Http.GetErrorAsync($"/v1/me?access_token={tokens.At("access_token")}", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_password_is_no_grant()
    {
        var app = await accounts.RegisterAsync();
        var (status, error) = await accounts.TokenAsync(
            app, ("grant_type", "password"), ("username", AccountsServer.Name), ("password", AccountsServer.Password));
        Assert.Equal((HttpStatusCode.BadRequest, "unsupported_grant_type"), (status, error.At("error")));
    }

    [Fact]
    public async Task The_metadata_says_what_clients_need_for_their_own_protection()
    {
        var origin = accounts.Server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var metadata = await accounts.Server.Http.GetJsonAsync("/.well-known/oauth-authorization-server");
        Assert.Equal(
            (origin, $"{origin}/authorize", $"{origin}/api/token"),
            (metadata.At("issuer"), metadata.At("authorization_endpoint"), metadata.At("token_endpoint")));
        Assert.Equal("true", metadata.At("authorization_response_iss_parameter_supported"));
        Assert.Equal(["S256"], Texts("code_challenge_methods_supported"));
        Assert.Equal(["code"], Texts("response_types_supported"));
        Assert.Equal(["authorization_code", "refresh_token", "client_credentials"], Texts("grant_types_supported"));

        IEnumerable<string?> Texts(string name) => metadata[name]!.AsArray().Select(text => text?.ToString());
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> RedeemAsync((string Id, string Secret) app) => await accounts.TokenAsync(
        app, ("grant_type", "authorization_code"), ("code", (await accounts.AuthorizeAsync(app.Id))["code"]!),
        ("redirect_uri", AccountsServer.RedirectUri));

    [GeneratedRegex("<link|<img|<iframe|(src|href)=\"(?!/|http://localhost:)|(src|href)=\"//|style=|<script>")]
    private static partial Regex External();
}
