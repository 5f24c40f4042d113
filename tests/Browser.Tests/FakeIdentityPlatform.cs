using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Playwright;
using Spotify.Fixtures;

namespace Spotify.Browser.Tests;

/// <summary>
/// A fake of Identity Platform's REST API, https://cloud.google.com/identity-platform/docs/use-rest-api. Its tokens are accepted by the
/// host. A refresh token can be used once, so that a test fails if the player does not store the new one.
/// </summary>
internal sealed class FakeIdentityPlatform(LocalServer server)
{
    private const string Key = "an-api-key";

    private readonly ConcurrentDictionary<string, string> passwords = new();
    private readonly ConcurrentDictionary<string, string> refreshTokens = new();
    private int refreshes;

    /// <summary>The error code of every response; null means requests succeed.</summary>
    public string? Refusal { get; set; }

    /// <summary>Whether requests get a response.</summary>
    public bool IsReachable { get; set; } = true;

    /// <summary>The number of refresh tokens exchanged.</summary>
    public int Refreshes => refreshes;

    /// <summary>Serves a page as the cloud home does: with an API key and without development tokens.</summary>
    public async Task ServeAsync(IPage page)
    {
        await page.RouteAsync("**/config.json", route => IsReachable
            ? AnswerAsync(route, 200, new { identity_platform = new { api_key = Key } })
            : route.AbortAsync());
        await page.RouteAsync("**/api/token", route => AnswerAsync(route, 404, new { }));
        await page.RouteAsync("https://identitytoolkit.googleapis.com/**", route => HandleAsync(route, SignInAsync));
        await page.RouteAsync("https://securetoken.googleapis.com/**", route => HandleAsync(route, RefreshAsync));
    }

    private async Task HandleAsync(IRoute route, Func<IRoute, Task> handle)
    {
        Assert.Equal(("POST", $"?key={Key}"), (route.Request.Method, new Uri(route.Request.Url).Query));
        if (!IsReachable) await route.AbortAsync();
        else if (Refusal is { } code) await RefuseAsync(route, code);
        else await handle(route);
    }

    private async Task SignInAsync(IRoute route)
    {
        var account = JsonNode.Parse(route.Request.PostData!)!;
        var (email, password) = ((string)account["email"]!, (string)account["password"]!);
        Assert.True((bool)account["returnSecureToken"]!);
        var isKnown = new Uri(route.Request.Url).AbsolutePath switch
        {
            "/v1/accounts:signUp" => passwords.TryAdd(email, password),
            "/v1/accounts:signInWithPassword" => passwords.TryGetValue(email, out var known) && known == password,
            var path => throw new InvalidOperationException(path),
        };
        var isSignUp = route.Request.Url.Contains(":signUp", StringComparison.Ordinal);
        if (!isKnown) await RefuseAsync(route, isSignUp ? "EMAIL_EXISTS" : "INVALID_LOGIN_CREDENTIALS");
        else
        {
            var (idToken, refreshToken) = (await TokenAsync(email), MakeRefreshToken(email));
            await AnswerAsync(route, 200, new { email, idToken, refreshToken, expiresIn = "3600" });
        }
    }

    private async Task RefreshAsync(IRoute route)
    {
        var form = HttpUtility.ParseQueryString(route.Request.PostData!);
        Assert.Equal(("/v1/token", "refresh_token"), (new Uri(route.Request.Url).AbsolutePath, form["grant_type"]));
        if (!refreshTokens.TryRemove(form["refresh_token"]!, out var email))
        {
            await RefuseAsync(route, "INVALID_REFRESH_TOKEN");
            return;
        }

        Interlocked.Increment(ref refreshes);
        var (idToken, refreshToken) = (await TokenAsync(email), MakeRefreshToken(email));
        await AnswerAsync(route, 200, new { id_token = idToken, refresh_token = refreshToken, expires_in = "3600", token_type = "Bearer" });
    }

    private string MakeRefreshToken(string email)
    {
        var token = Guid.NewGuid().ToString();
        refreshTokens[token] = email;
        return token;
    }

    private async Task<string> TokenAsync(string email)
    {
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("user", email)]);
        using var response = await server.Http.PostAsync("/api/token", form);
        return (string)(await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>())!["access_token"]!;
    }

    private static Task RefuseAsync(IRoute route, string code) =>
        AnswerAsync(route, 400, new { error = new { code = 400, message = code } });

    private static Task AnswerAsync(IRoute route, int status, object body) => route.FulfillAsync(new RouteFulfillOptions
    {
        Status = status,
        ContentType = "application/json",
        Body = JsonSerializer.Serialize(body),
        Headers = [new("Access-Control-Allow-Origin", "*")],
    });
}
