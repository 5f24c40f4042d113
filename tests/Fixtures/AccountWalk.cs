using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;

namespace Spotify.Fixtures;

/// <summary>
/// A walk through the authorization server with everything that has a secret: sign-in, an app, codes, tokens, renewal, revocation and
/// sign-out, and what goes wrong with them.
/// </summary>
/// <param name="browser">The client of a <see cref="TestBrowser"/>.</param>
public sealed partial class AccountWalk(HttpClient browser)
{
    private const string RedirectUri = "https://app.example/callback";
    private const string Verifier = "a-verifier-of-at-least-43-characters-as-the-rfc-wants";
    private const string Challenge = "l_XiD7816RrbWVQNc-rpFHK3Yu13BjU0f6ITpqzDspg";

    private readonly HashSet<string> secrets = [Verifier];

    /// <summary>The secrets that were used.</summary>
    public IReadOnlyCollection<string> Secrets => secrets;

    /// <summary>Walks.</summary>
    public async Task RunAsync(string name, string password)
    {
        secrets.Add(password);
        await PostAsync("/login", ("name", name), ("password", "not " + password));
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync("/login", ("name", name), ("password", password))).Status);
        var (id, secret) = await RegisterAsync();

        var code = await AuthorizeAsync(id, "");
        var tokens = await RedeemAsync(id, secret, code);
        await CallAsync("/v1/me", tokens);
        await TokenAsync(id, secret, ("grant_type", "client_credentials"));
        await TokenAsync(id, "not " + secret, ("grant_type", "client_credentials"));
        await RedeemAsync(id, secret, code);
        await TokenAsync(id, secret, ("grant_type", "refresh_token"), ("refresh_token", tokens.At("refresh_token")!));

        code = await AuthorizeAsync(id, $"&code_challenge={Challenge}&code_challenge_method=S256");
        tokens = await TokenAsync(
            id, null, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", RedirectUri), ("code_verifier", Verifier));
        tokens = await TokenAsync(id, null, ("grant_type", "refresh_token"), ("refresh_token", tokens.At("refresh_token")!));
        using var form = new FormUrlEncodedContent([new("token", tokens.At("refresh_token")), new("client_id", id)]);
        using var revoked = await browser.PostAsync("/api/revoke", form);
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        await PostAsync("/logout", ("everywhere", "true"));
    }

    /// <summary>Posts a form of a page of the server, with its hidden token.</summary>
    public async Task<(HttpStatusCode Status, string Page, Uri? Location)> PostAsync(
        string path, params (string Name, string Value)[] fields)
    {
        var isOfAccount = path == "/logout" || path.StartsWith("/account", StringComparison.Ordinal);
        var page = await browser.GetStringAsync(isOfAccount ? "/account" : path);
        var token = FormToken().Match(page).Groups[1].Value;
        secrets.Add(token);
        using var form = new FormUrlEncodedContent(
            fields.Append(("form_token", token)).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        using var response = await browser.PostAsync(path, form);
        if (response.Headers.TryGetValues("Set-Cookie", out var cookies))
            secrets.UnionWith(cookies.Select(cookie => cookie.Split('=', ';')[1]).Where(value => value.Length > 0));
        return (response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Location);
    }

    /// <summary>Registers an app. Returns its id and secret.</summary>
    public async Task<(string Id, string Secret)> RegisterAsync()
    {
        var (_, page, _) = await PostAsync("/account/apps", ("name", "An app"), ("redirect_uris", RedirectUri));
        secrets.Add(Value(page, "Client secret"));
        return (Value(page, "Client id"), Value(page, "Client secret"));
    }

    /// <summary>Redeems a code.</summary>
    public Task<JsonNode> RedeemAsync(string id, string secret, string code) => TokenAsync(
        id, secret, ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", RedirectUri));

    /// <summary>Allows an app access. Returns the code.</summary>
    /// <param name="id">The app.</param>
    /// <param name="more">The rest of the query.</param>
    public async Task<string> AuthorizeAsync(string id, string more)
    {
        var address = $"/authorize?response_type=code&client_id={id}&redirect_uri={Uri.EscapeDataString(RedirectUri)}"
            + $"&scope=user-read-private&show_dialog=true{more}";
        var (status, page, location) = await PostAsync(address, ("decision", "allow"));
        Assert.True(status == HttpStatusCode.SeeOther, page);
        var code = HttpUtility.ParseQueryString(location!.Query)["code"]!;
        secrets.Add(code);
        return code;
    }

    /// <summary>Calls the token endpoint.</summary>
    public async Task<JsonNode> TokenAsync(string id, string? secret, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/token")
        {
            Content = new FormUrlEncodedContent(
                form.Append(("client_id", id)).Select(field => KeyValuePair.Create(field.Item1, field.Item2))),
        };
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}"));
        if (secret is not null) request.Headers.Authorization = new("Basic", credentials);
        secrets.Add(credentials);
        using var response = await browser.SendAsync(request);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        foreach (var name in (string[])["access_token", "refresh_token"])
            if (answer.At(name) is { } token) secrets.Add(token);
        return answer;
    }

    private async Task CallAsync(string path, JsonNode tokens)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", tokens.At("access_token"));
        using var response = await browser.SendAsync(request);
    }

    private static string Value(string page, string label) => Regex.Match(page, $"{label}: <code>([^<]+)</code>").Groups[1].Value;

    [GeneratedRegex("name=\"form_token\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
