using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.Accounts.SignIn;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>A host with the account <c>ada</c>, and a browser. The clock is the test's.</summary>
internal sealed partial class AccountsServer : IAsyncDisposable
{
    public const string Name = "ada";
    public const string Password = "correct horse battery";
    public const string RedirectUri = "https://app.example/callback?kind=1";

    private AccountsServer(LocalServer server, ManualTimeProvider clock) => (Server, Clock, Browser) = (server, clock, NewBrowser(server));

    public LocalServer Server { get; }

    public ManualTimeProvider Clock { get; }

    /// <summary>A browser, which keeps cookies and shows redirects instead of following them.</summary>
    public HttpClient Browser { get; }

    public static async Task<AccountsServer> StartAsync(Action<IServiceCollection>? configure = null)
    {
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var server = await LocalServer.StartAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(clock);
            configure?.Invoke(builder.Services);
        });
        var accounts = server.Services.GetRequiredService<LocalAccounts>();
        var invitation = await accounts.InviteAsync(new Invitation(null, IsOwner: true, Product.Premium, "SE"), default);
        await accounts.AcceptAsync(invitation, Name, Password, default);
        return new AccountsServer(server, clock);
    }

    public static HttpClient NewBrowser(LocalServer server) => new(new TestBrowser()) { BaseAddress = server.Http.BaseAddress };

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>Returns the same host with the browser of another listener, who has an account and is signed in.</summary>
    public async Task<AccountsServer> InviteAsync(string name, bool isOwner = false)
    {
        var accounts = Server.Services.GetRequiredService<LocalAccounts>();
        var invitation = await accounts.InviteAsync(new Invitation(null, isOwner, Product.Premium, "SE"), default);
        await accounts.AcceptAsync(invitation, name, Password, default);
        var listener = new AccountsServer(Server, Clock);
        using var signedIn = await listener.SignInAsync(name);
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        return listener;
    }

    /// <summary>Signs in and returns the response.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string name = Name, string password = Password, HttpClient? browser = null)
    {
        browser ??= Browser;
        var page = await browser.GetStringAsync("/login");
        return await browser.PostAsync("/login", Form(page, ("name", name), ("password", password)));
    }

    /// <summary>Registers an app of the user who is signed in.</summary>
    public async Task<(string Id, string Secret)> RegisterAsync(string redirectUris = RedirectUri)
    {
        var page = await Browser.GetStringAsync("/account");
        using var response = await Browser.PostAsync(
            "/account/apps", Form(page, ("name", "An app"), ("redirect_uris", redirectUris)));
        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (Code(text, "Client id"), Code(text, "Client secret"));

        static string Code(string page, string label) => Regex.Match(page, $"{label}: <code>([^<]+)</code>").Groups[1].Value;
    }

    /// <summary>Asks for access, allows it, and returns the query of the answer to the app.</summary>
    public async Task<System.Collections.Specialized.NameValueCollection> AuthorizeAsync(
        string appId, string scope = "streaming", string? challenge = null, string redirectUri = RedirectUri, string state = "s+1&2")
    {
        var address = AuthorizeAddress(appId, scope, challenge, redirectUri, state);
        using var asked = await Browser.GetAsync(address);
        if (asked.StatusCode == HttpStatusCode.SeeOther) return QueryOf(asked);
        var page = await asked.Content.ReadAsStringAsync();
        Assert.True(asked.StatusCode == HttpStatusCode.OK, page);
        using var answer = await Browser.PostAsync(address, Form(page, ("decision", "allow")));
        return QueryOf(answer);
    }

    public static string AuthorizeAddress(
        string appId, string scope, string? challenge, string redirectUri = RedirectUri, string state = "s+1&2") =>
        $"/authorize?response_type=code&client_id={appId}&redirect_uri={Uri.EscapeDataString(redirectUri)}"
        + $"&scope={Uri.EscapeDataString(scope)}&state={Uri.EscapeDataString(state)}"
        + (challenge is null ? "" : $"&code_challenge={challenge}&code_challenge_method=S256");

    /// <summary>Returns the query of a redirect.</summary>
    public static System.Collections.Specialized.NameValueCollection QueryOf(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        return HttpUtility.ParseQueryString(response.Headers.Location!.Query);
    }

    /// <summary>Calls the token endpoint.</summary>
    /// <param name="client">The client's id and secret for the header; null for a public client.</param>
    /// <param name="form">The form.</param>
    public async Task<(HttpStatusCode Status, JsonNode Body)> TokenAsync(
        (string Id, string Secret)? client, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/token")
        {
            Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))),
        };
        if (client is var (id, secret))
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}")));
        using var response = await Server.Http.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>Signs the web player of the browser in. Returns its tokens.</summary>
    public async Task<JsonNode> SignPlayerInAsync()
    {
        var origin = Server.Http.BaseAddress!.ToString();
        var (verifier, challenge) = NewProof();
        var answer = await AuthorizeAsync("web-player", "streaming user-read-playback-state user-modify-playback-state", challenge, origin);
        var (_, tokens) = await TokenAsync(
            null, ("grant_type", "authorization_code"), ("code", answer["code"]!), ("redirect_uri", origin),
            ("code_verifier", verifier), ("client_id", "web-player"));
        return tokens;
    }

    /// <summary>Signs the web player out.</summary>
    /// <param name="refreshToken">Its refresh token.</param>
    /// <param name="everywhere">Whether the user is signed out of all browsers.</param>
    /// <param name="site">The header <c>Sec-Fetch-Site</c>.</param>
    public async Task<HttpResponseMessage> SignPlayerOutAsync(string refreshToken, bool everywhere = false, string? site = "same-origin")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/sign-out")
        {
            Content = new FormUrlEncodedContent([new("token", refreshToken), new("everywhere", everywhere ? "true" : "")]),
        };
        if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
        return await Browser.SendAsync(request);
    }

    /// <summary>Returns a PKCE verifier and its challenge.</summary>
    public static (string Verifier, string Challenge) NewProof()
    {
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (verifier, Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))));
    }

    /// <summary>Returns the form of a page, with its hidden token.</summary>
    public static FormUrlEncodedContent Form(string page, params (string Name, string Value)[] fields) => new(
        fields.Append(("form_token", TokenPattern().Match(page).Groups[1].Value))
            .Select(field => KeyValuePair.Create(field.Item1, field.Item2)));

    [GeneratedRegex("name=\"form_token\" value=\"([^\"]+)\"")]
    private static partial Regex TokenPattern();
}
