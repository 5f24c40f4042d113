using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Fixtures;
using Spotify.Web.Identity;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>The authorization code flow, with a client secret and with PKCE.</summary>
public sealed class AuthorizationCodeTests : IAsyncLifetime
{
    private AccountsServer accounts = null!;

    public async Task InitializeAsync()
    {
        accounts = await AccountsServer.StartAsync();
        using var signedIn = await accounts.SignInAsync();
        Assert.Equal((HttpStatusCode.SeeOther, "/account"), (signedIn.StatusCode, signedIn.Headers.Location!.ToString()));
    }

    public async Task DisposeAsync() => await accounts.DisposeAsync();

    [Fact]
    public async Task A_server_app_gets_tokens_with_its_secret_and_keeps_its_refresh_token()
    {
        var app = await accounts.RegisterAsync();
        var answer = await accounts.AuthorizeAsync(app.Id, "user-read-private streaming");
        Assert.Equal(("1", "s+1&2"), (answer["kind"], answer["state"]));
        Assert.Equal(accounts.Server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority), answer["iss"]);

        var (status, tokens) = await RedeemAsync(app, answer["code"]!);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            ("Bearer", "3600", "user-read-private streaming"), (tokens.At("token_type"), tokens.At("expires_in"), tokens.At("scope")));
        Assert.Equal("ada", await NameAsync(tokens.At("access_token")!));

        var (again, renewed) = await RenewAsync(app, tokens.At("refresh_token")!);
        Assert.Equal((HttpStatusCode.OK, null), (again, renewed.At("refresh_token")));
        Assert.Equal("ada", await NameAsync(renewed.At("access_token")!));
        Assert.Equal(HttpStatusCode.OK, (await RenewAsync(app, tokens.At("refresh_token")!)).Status);
    }

    [Fact]
    public async Task Access_tokens_name_their_sign_in_which_is_the_same_after_a_renewal()
    {
        var app = await accounts.RegisterAsync();
        var (_, tokens) = await RedeemAsync(app, (await accounts.AuthorizeAsync(app.Id))["code"]!);
        var (_, others) = await RedeemAsync(app, (await accounts.AuthorizeAsync(app.Id))["code"]!);
        accounts.Clock.Advance(TimeSpan.FromMinutes(1));
        var (_, renewed) = await RenewAsync(app, tokens.At("refresh_token")!);
        var (_, own) = await accounts.TokenAsync(app, ("grant_type", "client_credentials"));
        var (_, development) = await accounts.TokenAsync(null, ("grant_type", "client_credentials"), ("user", "grace"));

        var caller = await CallerAsync(renewed);
        var issuedAt = DateTimeOffset.FromUnixTimeSeconds(accounts.Clock.Now.ToUnixTimeSeconds());
        Assert.Equal(tokens.At("refresh_token")![..22], caller.SessionId);
        Assert.Equal((issuedAt, issuedAt.AddHours(1)), (caller.IssuedAt, caller.ExpiresAt));
        var first = await CallerAsync(tokens);
        Assert.Equal((caller.SessionId, issuedAt.AddMinutes(-1)), (first.SessionId, first.IssuedAt));
        Assert.NotEqual(caller.SessionId, (await CallerAsync(others)).SessionId);
        Assert.Null((await CallerAsync(own)).SessionId);
        Assert.Null((await CallerAsync(development)).SessionId);

        async Task<Caller> CallerAsync(JsonNode response) => await accounts.Server.Services.GetRequiredService<AccessTokenVerifier>()
            .VerifyAsync(response.At("access_token")!, default);
    }

    [Fact]
    public async Task A_public_app_gets_tokens_with_pkce_and_another_refresh_token_each_time()
    {
        var (app, _) = await accounts.RegisterAsync();
        var tokens = await SignInWithProofAsync(app);

        var (status, renewed) = await RenewPublicAsync(app, tokens.At("refresh_token")!);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEqual(tokens.At("refresh_token"), renewed.At("refresh_token"));
        Assert.Equal(HttpStatusCode.OK, (await RenewPublicAsync(app, renewed.At("refresh_token")!)).Status);
    }

    [Fact]
    public async Task A_lost_response_does_not_sign_a_phone_out()
    {
        var (app, _) = await accounts.RegisterAsync();
        var tokens = await SignInWithProofAsync(app);
        var renewals = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RenewPublicAsync(app, tokens.At("refresh_token")!)));
        var successor = Assert.Single(renewals.Select(renewal => renewal.Body.At("refresh_token")).Distinct());

        accounts.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(successor, (await RenewPublicAsync(app, tokens.At("refresh_token")!)).Body.At("refresh_token"));
        Assert.Equal(HttpStatusCode.OK, (await RenewPublicAsync(app, successor!)).Status);
    }

    [Fact]
    public async Task A_refresh_token_that_is_used_again_later_was_stolen_and_revokes_its_family()
    {
        var (app, _) = await accounts.RegisterAsync();
        var tokens = await SignInWithProofAsync(app);
        var (_, renewed) = await RenewPublicAsync(app, tokens.At("refresh_token")!);

        accounts.Clock.Advance(TimeSpan.FromSeconds(31));
        var (status, error) = await RenewPublicAsync(app, tokens.At("refresh_token")!);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (status, error.At("error")));
        Assert.Equal("invalid_grant", (await RenewPublicAsync(app, renewed.At("refresh_token")!)).Body.At("error"));
    }

    [Fact]
    public async Task A_code_that_is_used_twice_revokes_its_tokens()
    {
        var app = await accounts.RegisterAsync();
        var code = (await accounts.AuthorizeAsync(app.Id))["code"]!;
        var (_, tokens) = await RedeemAsync(app, code);

        Assert.Equal("invalid_grant", (await RedeemAsync(app, code)).Body.At("error"));
        Assert.Equal("invalid_grant", (await RenewAsync(app, tokens.At("refresh_token")!)).Body.At("error"));
    }

    [Fact]
    public async Task A_code_is_valid_for_a_minute()
    {
        var app = await accounts.RegisterAsync();
        var code = (await accounts.AuthorizeAsync(app.Id))["code"]!;
        accounts.Clock.Advance(TimeSpan.FromMinutes(1));

        var (status, error) = await RedeemAsync(app, code);

        Assert.Equal((HttpStatusCode.BadRequest, "Authorization code expired"), (status, error.At("error_description")));
    }

    [Fact]
    public async Task A_code_is_useless_to_whoever_intercepts_it()
    {
        var (app, other) = (await accounts.RegisterAsync(), await accounts.RegisterAsync());
        var (verifier, challenge) = AccountsServer.NewProof();
        var code = (await accounts.AuthorizeAsync(app.Id, challenge: challenge))["code"]!;
        (string, string)[] form = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", AccountsServer.RedirectUri)];
        var id = ("client_id", app.Id);

        await RefusedAsync("invalid_client", null, form);
        await RefusedAsync("invalid_client", (app.Id, "wrong"), form);
        await RefusedAsync("invalid_grant", null, [.. form, id]);
        await RefusedAsync("invalid_grant", null, [.. form, id, ("code_verifier", AccountsServer.NewProof().Verifier)]);
        await RefusedAsync("invalid_grant", app, form);
        await RefusedAsync("invalid_grant", other, [.. form, ("code_verifier", verifier)]);
        await RefusedAsync(
            "invalid_grant", null, [form[0], form[1], ("redirect_uri", "https://app.example/"), id, ("code_verifier", verifier)]);
        await RefusedAsync("invalid_request", null, [form[0], form[2], id, ("code_verifier", verifier)]);

        Assert.Equal(HttpStatusCode.OK, (await accounts.TokenAsync(null, [.. form, id, ("code_verifier", verifier)])).Status);
    }

    [Fact]
    public async Task A_verifier_for_a_code_without_a_challenge_is_refused_because_the_challenge_may_have_been_removed()
    {
        var app = await accounts.RegisterAsync();
        var code = (await accounts.AuthorizeAsync(app.Id))["code"]!;

        await RefusedAsync(
            "invalid_grant", app,
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", AccountsServer.RedirectUri),
                ("code_verifier", AccountsServer.NewProof().Verifier),
            ]);
    }

    [Fact]
    public async Task The_scopes_of_a_token_are_those_that_the_user_allowed_or_fewer()
    {
        var app = await accounts.RegisterAsync();
        var (_, tokens) = await RedeemAsync(app, (await accounts.AuthorizeAsync(app.Id, "streaming user-read-email"))["code"]!);
        var refresh = ("refresh_token", tokens.At("refresh_token")!);

        var (_, fewer) = await accounts.TokenAsync(app, ("grant_type", "refresh_token"), refresh, ("scope", "streaming"));
        Assert.Equal("streaming", fewer.At("scope"));
        await RefusedAsync("invalid_scope", app, [("grant_type", "refresh_token"), refresh, ("scope", "user-library-modify")]);
        await RefusedAsync("invalid_scope", app, [("grant_type", "refresh_token"), refresh, ("scope", "everything")]);
    }

    [Theory]
    [InlineData("user-library-modify")]
    [InlineData("everything")]
    public async Task A_refused_scope_does_not_use_the_refresh_token_up(string scope)
    {
        var app = await accounts.RegisterAsync();
        var (verifier, challenge) = AccountsServer.NewProof();
        var code = (await accounts.AuthorizeAsync(app.Id, challenge: challenge))["code"]!;
        var id = ("client_id", app.Id);
        var (_, tokens) = await accounts.TokenAsync(
            null, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", AccountsServer.RedirectUri), id,
            ("code_verifier", verifier));
        (string, string)[] renewal = [("grant_type", "refresh_token"), ("refresh_token", tokens.At("refresh_token")!), id];

        await RefusedAsync("invalid_scope", null, [.. renewal, ("scope", scope)]);
        accounts.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(HttpStatusCode.OK, (await accounts.TokenAsync(null, renewal)).Status);
    }

    [Fact]
    public async Task Withdrawing_access_stops_renewal_at_once()
    {
        var app = await accounts.RegisterAsync();
        var (_, tokens) = await RedeemAsync(app, (await accounts.AuthorizeAsync(app.Id))["code"]!);
        var page = await accounts.Browser.GetStringAsync("/account");
        Assert.Contains("An app: streaming", page, StringComparison.Ordinal);

        using var withdrawn = await accounts.Browser.PostAsync("/account/withdraw", AccountsServer.Form(page, ("app", app.Id)));

        Assert.Equal(HttpStatusCode.SeeOther, withdrawn.StatusCode);
        Assert.DoesNotContain("An app: streaming", await accounts.Browser.GetStringAsync("/account"), StringComparison.Ordinal);
        Assert.Equal("invalid_grant", (await RenewAsync(app, tokens.At("refresh_token")!)).Body.At("error"));
    }

    [Fact]
    public async Task A_revoked_refresh_token_ends_and_an_unknown_one_is_ignored()
    {
        var (app, _) = await accounts.RegisterAsync();
        var tokens = await SignInWithProofAsync(app);
        foreach (var token in new[] { "unknown", new string('0', 65), tokens.At("refresh_token")! })
        {
            using var content = new FormUrlEncodedContent([new("token", token), new("client_id", app)]);
            using var response = await accounts.Server.Http.PostAsync("/api/revoke", content);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal("invalid_grant", (await RenewPublicAsync(app, tokens.At("refresh_token")!)).Body.At("error"));
    }

    [Fact]
    public async Task A_rotated_secret_works_for_another_day()
    {
        var app = await accounts.RegisterAsync();
        var page = await accounts.Browser.GetStringAsync("/account");
        using var rotated = await accounts.Browser.PostAsync("/account/apps/secret", AccountsServer.Form(page, ("app", app.Id)));
        Assert.Contains("Client secret", await rotated.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await accounts.TokenAsync(app, ("grant_type", "client_credentials"))).Status);
        accounts.Clock.Advance(TimeSpan.FromDays(1));
        var (status, error) = await accounts.TokenAsync(app, ("grant_type", "client_credentials"));
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (status, error.At("error")));
    }

    [Fact]
    public async Task An_app_gets_its_own_token_with_its_secret_only()
    {
        var app = await accounts.RegisterAsync();
        var (_, token) = await accounts.TokenAsync(app, ("grant_type", "client_credentials"));
        Assert.Equal((null, null), (token.At("scope"), token.At("refresh_token")));
        using var client = Client(token.At("access_token")!);
        await client.GetJsonAsync("/v1/markets");
        await client.GetErrorAsync("/v1/me", HttpStatusCode.Forbidden);

        await RefusedAsync("invalid_client", null, [("grant_type", "client_credentials"), ("client_id", app.Id)]);
        await RefusedAsync("invalid_client", ("nobody", "secret"), [("grant_type", "client_credentials")]);
    }

    private Task<(HttpStatusCode Status, System.Text.Json.Nodes.JsonNode Body)> RedeemAsync((string Id, string Secret) app, string code) =>
        accounts.TokenAsync(
            app, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", AccountsServer.RedirectUri));

    private Task<(HttpStatusCode Status, System.Text.Json.Nodes.JsonNode Body)> RenewAsync((string Id, string Secret) app, string token) =>
        accounts.TokenAsync(app, ("grant_type", "refresh_token"), ("refresh_token", token));

    private Task<(HttpStatusCode Status, System.Text.Json.Nodes.JsonNode Body)> RenewPublicAsync(string app, string token) =>
        accounts.TokenAsync(null, ("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", app));

    private async Task<System.Text.Json.Nodes.JsonNode> SignInWithProofAsync(string app)
    {
        var (verifier, challenge) = AccountsServer.NewProof();
        var code = (await accounts.AuthorizeAsync(app, challenge: challenge))["code"]!;
        var (status, tokens) = await accounts.TokenAsync(
            null, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", AccountsServer.RedirectUri),
            ("client_id", app), ("code_verifier", verifier));
        Assert.Equal(HttpStatusCode.OK, status);
        return tokens;
    }

    private async Task RefusedAsync(string error, (string, string)? client, (string, string)[] form)
    {
        var (status, body) = await accounts.TokenAsync(client, form);
        Assert.Equal(error, body.At("error"));
        Assert.Equal(client is not null && error == "invalid_client" ? HttpStatusCode.Unauthorized : HttpStatusCode.BadRequest, status);
    }

    private HttpClient Client(string token)
    {
        var client = new HttpClient { BaseAddress = accounts.Server.Http.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    private async Task<string?> NameAsync(string token)
    {
        using var client = Client(token);
        return (await client.GetJsonAsync("/v1/me")).At("id");
    }
}
