using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using Microsoft.Playwright;
using Spotify.Fixtures;

namespace Spotify.Browser.Tests;

/// <summary>
/// Identity Platform as a page reaches it, with tokens that the host accepts: https://cloud.google.com/identity-platform/docs/use-rest-api.
/// A refresh token is good for one use, so that one that is not kept is noticed.
/// </summary>
internal sealed class FakeIdentityPlatform(LocalServer server)
{
    private const string Key = "an-api-key";

    private readonly ConcurrentDictionary<string, string> passwords = new();
    private readonly ConcurrentDictionary<string, string> refreshTokens = new();
    private int refreshes;

    /// <summary>The code that everything is refused with; null if it is not.</summary>
    public string? Refusal { get; set; }

    /// <summary>Whether anybody answers.</summary>
    public bool IsReachable { get; set; } = true;

    /// <summary>How many tokens were made of refresh tokens.</summary>
    public int Refreshes => refreshes;

    /// <summary>Makes the page one of the cloud: it is told the key, and nobody gets a token by a name.</summary>
    public async Task ServeAsync(IPage page)
    {
        await page.RouteAsync("**/config.json", route => IsReachable ? AnswerAsync(route, 200, new { identity_platform = new { api_key = Key } }) : route.AbortAsync());
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
        if (!isKnown) await RefuseAsync(route, route.Request.Url.Contains(":signUp", StringComparison.Ordinal) ? "EMAIL_EXISTS" : "INVALID_LOGIN_CREDENTIALS");
        else await AnswerAsync(route, 200, new { email, idToken = await TokenAsync(email), refreshToken = MakeRefreshToken(email), expiresIn = "3600" });
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
        await AnswerAsync(route, 200, new { id_token = await TokenAsync(email), refresh_token = MakeRefreshToken(email), expires_in = "3600", token_type = "Bearer" });
    }

    private string MakeRefreshToken(string email)
    {
        var token = Guid.NewGuid().ToString();
        refreshTokens[token] = email;
        return token;
    }

    private async Task<string> TokenAsync(string email)
    {
        var response = await server.Http.PostAsync("/api/token", new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("user", email)]));
        return (string)(await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>())!["access_token"]!;
    }

    private static Task RefuseAsync(IRoute route, string code) => AnswerAsync(route, 400, new { error = new { code = 400, message = code } });

    private static Task AnswerAsync(IRoute route, int status, object body) => route.FulfillAsync(new RouteFulfillOptions
    {
        Status = status, ContentType = "application/json", Body = JsonSerializer.Serialize(body), Headers = [new("Access-Control-Allow-Origin", "*")],
    });
}
