using System.Net;
using System.Web;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>The addresses to which apps receive answers (RFC 9700, 4.1; RFC 8252, 7).</summary>
public sealed class RedirectUriTests : IAsyncLifetime
{
    private AccountsServer accounts = null!;

    public async Task InitializeAsync()
    {
        accounts = await AccountsServer.StartAsync();
        using var signedIn = await accounts.SignInAsync();
    }

    public async Task DisposeAsync() => await accounts.DisposeAsync();

    [Fact]
    public async Task Answers_go_to_the_registered_address_only()
    {
        var (app, _) = await accounts.RegisterAsync("https://app.example/callback\ncom.example.app:/callback");
        string[] others =
        [
            "https://app.example/callback/", "https://app.example/Callback", "https://APP.example/callback",
            "https://app.example/callback?x=1",
            "https://app.example/callback#x", "https://app.example/callback/../other", "https://app.example:443/callback",
            "https://app.example:8443/callback", "https://app.example.evil.example/callback", "https://app.example@evil.example/callback",
            "http://app.example/callback", "https://app.example/", "com.example.app:/other", "com.example.app2:/callback",
            "app.example", "",
        ];
        Assert.Equal(HttpStatusCode.OK, await AskAsync(app, "https://app.example/callback"));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(app, "com.example.app:/callback"));
        foreach (var other in others) Assert.Equal((other, HttpStatusCode.BadRequest), (other, await AskAsync(app, other)));
    }

    [Theory]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:49152/callback", true)]
    [InlineData("http://127.0.0.1:8888/callback", "http://127.0.0.1:49152/callback", true)]
    [InlineData("http://127.0.0.1:8888/callback", "http://127.0.0.1/callback", true)]
    [InlineData("http://[::1]/callback", "http://[::1]:49152/callback", true)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:49152/other", false)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:49152/./callback", false)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:49152/callback?x=1", false)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.2:49152/callback", false)]
    [InlineData("http://127.0.0.1/callback", "http://127.1:49152/callback", false)]
    [InlineData("http://127.0.0.1/callback", "http://[::1]:49152/callback", false)]
    [InlineData("http://127.0.0.1/callback", "http://localhost:49152/callback", false)]
    [InlineData("http://127.0.0.1/callback", "https://127.0.0.1:49152/callback", false)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:49152@evil.example/callback", false)]
    [InlineData("http://127.0.0.1/callback", "http://evil@127.0.0.1:49152/callback", false)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1:\\@evil.example/callback", false)]
    [InlineData("http://127.0.0.1/callback", "http://127.0.0.1.evil.example/callback", false)]
    [InlineData("https://127.0.0.1/callback", "https://127.0.0.1:49152/callback", false)]
    [InlineData("https://app.example/callback", "https://app.example:49152/callback", false)]
    public async Task Only_a_loopback_address_may_have_another_port(string registered, string requested, bool isAccepted)
    {
        var (app, _) = await accounts.RegisterAsync(registered);
        Assert.Equal(isAccepted ? HttpStatusCode.OK : HttpStatusCode.BadRequest, await AskAsync(app, requested));
    }

    [Fact]
    public async Task The_web_player_which_needs_no_consent_gets_answers_at_its_own_port_only()
    {
        var origin = accounts.Server.Http.BaseAddress!;
        Assert.True(origin.IsLoopback);
        using var own = await accounts.Browser.GetAsync(
            AccountsServer.AuthorizeAddress("web-player", "streaming", AccountsServer.NewProof().Challenge, origin.ToString()));
        Assert.NotNull(AccountsServer.QueryOf(own)["code"]);
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync("web-player", new UriBuilder(origin) { Port = 1 }.Uri.ToString()));
    }

    [Theory]
    [InlineData("https://app.example/callback", true)]
    [InlineData("http://127.0.0.1:8888/callback", true)]
    [InlineData("http://[::1]/callback", true)]
    [InlineData("com.example.app:/callback", true)]
    [InlineData("spotify-ios-quick-start://spotify-login-callback", true)]
    [InlineData("http://app.example/callback", false)]
    [InlineData("http://localhost:8888/callback", false)]
    [InlineData("http://192.168.1.10/callback", false)]
    [InlineData("https://user@app.example/callback", false)]
    [InlineData("https://app.example/callback#fragment", false)]
    [InlineData("https://app.example/<script>", false)]
    [InlineData("https://*.app.example/\\", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("data:text/html,x", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("/callback", false)]
    public async Task Addresses_that_leak_answers_cannot_be_registered(string uri, bool isAccepted)
    {
        var page = await accounts.Browser.GetStringAsync("/account");
        using var response = await accounts.Browser.PostAsync(
            "/account/apps", AccountsServer.Form(page, ("name", "An app"), ("redirect_uris", uri)));
        Assert.Equal(isAccepted ? HttpStatusCode.OK : HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_wildcard_is_an_address_like_any_other()
    {
        var (app, _) = await accounts.RegisterAsync("https://app.example/*");
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(app, "https://app.example/callback"));
    }

    [Fact]
    public async Task Nobody_is_redirected_for_an_unknown_app_or_address()
    {
        var (app, _) = await accounts.RegisterAsync();
        foreach (var address in new[]
        {
            AccountsServer.AuthorizeAddress("unknown", "streaming", null), AccountsServer.AuthorizeAddress("", "streaming", null),
            AccountsServer.AuthorizeAddress(app, "streaming", null, "https://evil.example/"),
            AccountsServer.AuthorizeAddress(app, "no such scope", null, "https://evil.example/"),
        })
        {
            using var response = await accounts.Browser.GetAsync(address);
            Assert.Equal((HttpStatusCode.BadRequest, null), (response.StatusCode, response.Headers.Location));
            Assert.Contains("INVALID_CLIENT", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("streaming&response_type=code", "invalid_request")]
    [InlineData("everything", "invalid_scope")]
    [InlineData("streaming&code_challenge_method=S256", "invalid_request")]
    [InlineData("streaming&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=plain", "invalid_request")]
    [InlineData("streaming&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "invalid_request")]
    [InlineData("streaming&code_challenge=too-short&code_challenge_method=S256", "invalid_request")]
    public async Task An_error_is_sent_to_an_app_that_the_user_has_allowed(string scope, string error)
    {
        var (app, _) = await accounts.RegisterAsync();
        await accounts.AuthorizeAsync(app);
        using var response = await accounts.Browser.GetAsync(ErrorAddress(app, scope));

        var answer = AccountsServer.QueryOf(response);
        Assert.Equal((error, "s", "1"), (answer["error"], answer["state"], answer["kind"]));
        Assert.Equal(accounts.Server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority), answer["iss"]);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("code token")]
    [InlineData("id_token")]
    public async Task Tokens_are_never_in_an_answer(string type)
    {
        var (app, _) = await accounts.RegisterAsync();
        await accounts.AuthorizeAsync(app);
        using var response = await accounts.Browser.GetAsync(
            ErrorAddress(app, "streaming").Replace("type=code", $"type={Uri.EscapeDataString(type)}", StringComparison.Ordinal));

        Assert.Equal("unsupported_response_type", AccountsServer.QueryOf(response)["error"]);
        Assert.DoesNotContain("access_token", response.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_with_an_error_signs_the_user_in_before_it_leads_to_an_app()
    {
        var (app, _) = await accounts.RegisterAsync();
        using var stranger = AccountsServer.NewBrowser(accounts.Server);
        using var response = await stranger.GetAsync(ErrorAddress(app, "everything"));
        Assert.StartsWith("/login?continue=", response.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_user_decides_whether_a_link_with_an_error_leads_to_an_app_that_was_never_allowed()
    {
        var (app, _) = await accounts.RegisterAsync();
        var address = ErrorAddress(app, "everything");
        using var shown = await accounts.Browser.GetAsync(address);
        Assert.Equal((HttpStatusCode.BadRequest, null), (shown.StatusCode, shown.Headers.Location));
        var page = await shown.Content.ReadAsStringAsync();
        Assert.Contains("Go to https://app.example", page, StringComparison.Ordinal);

        using var forged = await accounts.Browser.PostAsync(address, new FormUrlEncodedContent([]));
        Assert.Equal((HttpStatusCode.Forbidden, null), (forged.StatusCode, forged.Headers.Location));
        using var decided = await accounts.Browser.PostAsync(address, AccountsServer.Form(page));
        Assert.Equal("invalid_scope", AccountsServer.QueryOf(decided)["error"]);
    }

    private static string ErrorAddress(string app, string scope) =>
        $"/authorize?response_type=code&client_id={app}&redirect_uri={HttpUtility.UrlEncode(AccountsServer.RedirectUri)}"
        + $"&state=s&scope={scope}";

    private async Task<HttpStatusCode> AskAsync(string app, string redirectUri)
    {
        using var response = await accounts.Browser.GetAsync(AccountsServer.AuthorizeAddress(app, "streaming", null, redirectUri));
        Assert.Null(response.Headers.Location);
        return response.StatusCode;
    }
}
