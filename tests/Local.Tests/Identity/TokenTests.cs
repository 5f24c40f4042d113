using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Local.Tests.Identity;

public sealed class TokenTests : IAsyncLifetime
{
    private LocalServer server = null!;

    public async Task InitializeAsync() => server = await LocalServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_user_is_created_on_first_use_and_not_changed_later()
    {
        await server.SignInAsync("Ада", "family", "NO");
        await server.SignInAsync("Ада", "free", "US");
        var user = User.FromRow((await server.Database.ReadAsync(User.Table, new Key("Ада"), null, default))!);
        Assert.Equal(("Ада", "NO", Product.Family), (user.DisplayName, user.Country, user.Product));
    }

    [Fact]
    public async Task Concurrent_sign_ins_create_one_user() =>
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.SignInAsync("everyone")));

    [Fact]
    public async Task The_response_is_that_of_OAuth()
    {
        var answer = await TokenAsync(("grant_type", "client_credentials"), ("user", "ada"));
        Assert.Equal(("Bearer", "3600"), (answer.At("token_type"), answer.At("expires_in")));
    }

    [Theory]
    [InlineData("unsupported_grant_type", "user=ada")]
    [InlineData("unsupported_grant_type", "grant_type=password&user=ada")]
    [InlineData("invalid_request", "grant_type=client_credentials&user=ada&product=gold")]
    [InlineData("invalid_request", "grant_type=client_credentials&user=ada&country=se")]
    [InlineData("invalid_request", "grant_type=client_credentials&user=ada&country=XX")]
    [InlineData("invalid_request", "grant_type=client_credentials&user=%00")]
    [InlineData("invalid_request", "grant_type=client_credentials&user=%20ada")]
    public async Task Bad_requests_are_refused_and_create_no_user(string error, string form)
    {
        using var content = new StringContent(form, new MediaTypeHeaderValue("application/x-www-form-urlencoded"));
        using var response = await server.Http.PostAsync("/api/token", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(error, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.At("error"));
        Assert.Null(await server.Database.ReadAsync(User.Table, new Key("ada"), null, default));
    }

    [Fact]
    public async Task A_long_name_is_refused()
    {
        using var response = await PostAsync(("grant_type", "client_credentials"), ("user", new string('x', 129)));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_body_that_is_not_a_form_is_refused()
    {
        using var content = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
        using var response = await server.Http.PostAsync("/api/token", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("Forwarded", "for=203.0.113.7")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("X-Real-IP", "203.0.113.7")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("CF-Connecting-IP", "203.0.113.7")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task Requests_forwarded_for_others_are_refused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("user", "ada")]),
        };
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Null(await server.Database.ReadAsync(User.Table, new Key("ada"), null, default));
    }

    [Fact]
    public async Task A_proxy_without_forwarding_headers_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/token")
        {
            Version = HttpVersion.Version10,
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("user", "ada")]),
        };
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Without_the_demo_tokens_are_for_those_who_ask_for_them_at_the_start()
    {
        await using var other = await LocalServer.StartAsync(developmentTokens: false);
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("user", "ada")]);
        using var response = await other.Http.PostAsync("/api/token", form);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal((HttpStatusCode.Forbidden, "access_denied"), (response.StatusCode, error.At("error")));
        Assert.Equal(
            "Development tokens are off: sign in at /authorize, or start the server with --dev-tokens", error.At("error_description"));
        Assert.Equal("""{"development_tokens":false}""", await other.Http.GetStringAsync("/config.json"));
        Assert.Equal("""{"development_tokens":true}""", await server.Http.GetStringAsync("/config.json"));
    }

    [Fact]
    public async Task A_name_can_be_in_any_script()
    {
        foreach (var name in new[] { "ὈΔΥΣΣΕΎΣ", "あだ", "🎵" }) await server.SignInAsync(name);
        using var response = await PostAsync(("grant_type", "client_credentials"), ("user", "a\uFFFD"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Requests_without_a_token_are_401()
    {
        using var response = await server.Http.GetAsync("/v1/markets");
        Assert.Equal("No token provided", await response.ErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Theory]
    [InlineData("Basic YTpi")]
    [InlineData("Bearer")]
    [InlineData("Bearer x")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.")]
    public async Task Bad_tokens_are_401(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/markets");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var response = await server.Http.SendAsync(request);
        await response.ErrorAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_with_a_changed_character_is_refused()
    {
        var token = (await TokenAsync(("grant_type", "client_credentials"), ("user", "ada"))).At("access_token")!;
        // Not the last character of a part, which may have bits that are ignored in decoding.
        for (var i = 0; i < token.Length; i += 7)
        {
            if (token[i] == '.' || i + 1 == token.Length || token[i + 1] == '.') continue;
            var changed = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            using var response = await GetAsync("/v1/markets", changed);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_token_with_another_algorithm_than_its_key_is_refused()
    {
        var token = (await server.SignInAsync("ada")).DefaultRequestHeaders.Authorization!.Parameter!.Split('.');
        var header = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token[0])).Replace("ES256", "RS256", StringComparison.Ordinal);
        using (await GetAsync("/v1/markets", string.Join('.', token))) { }
        var changed = string.Join('.', [Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)), .. token[1..]]);
        using var response = await GetAsync("/v1/markets", changed);
        Assert.Equal("Invalid access token", await response.ErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task A_token_of_another_issuer_is_refused()
    {
        await using var other = await LocalServer.StartAsync();
        var client = await other.SignInAsync("ada");
        using var response = await GetAsync("/v1/markets", client.DefaultRequestHeaders.Authorization!.Parameter!);
        await response.ErrorAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_expires()
    {
        var client = await server.SignInAsync("ada");
        await client.GetJsonAsync("/v1/markets");
        var longAgo = new ManualTimeProvider(TimeProvider.System.GetUtcNow() - TokenIssuer.Lifetime - TimeSpan.FromMinutes(10));
        using var response = await GetAsync("/v1/markets", server.Issuer(longAgo).IssueApp("app"));
        Assert.Equal("The access token expired", await response.ErrorAsync(HttpStatusCode.Unauthorized));
    }

    [Fact]
    public async Task Tokens_remain_valid_after_a_restart_of_the_host()
    {
        var token = (await TokenAsync(("grant_type", "client_credentials"), ("user", "ada"))).At("access_token")!;
        await using var again = await LocalServer.StartAsync(data: server.Data);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/markets");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await again.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Secrets_are_readable_only_by_their_owner()
    {
        if (OperatingSystem.IsWindows()) return;
        await server.SignInAsync("ada");
        var key = Assert.Single(Directory.EnumerateFiles(Path.Combine(server.Data, "keys", "tokens")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
    }

    [Fact]
    public async Task The_key_set_is_published() =>
        Assert.Equal("EC", (await server.Http.GetJsonAsync("/.well-known/jwks.json")).At("keys", 0, "kty"));

    private async Task<JsonNode> TokenAsync(params (string Name, string Value)[] form)
    {
        using var response = await PostAsync(form);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    private Task<HttpResponseMessage> PostAsync(params (string Name, string Value)[] form) =>
        server.Http.PostAsync("/api/token", new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    private Task<HttpResponseMessage> GetAsync(string path, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return server.Http.SendAsync(request);
    }
}
