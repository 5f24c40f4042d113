using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Web;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>A host behind a proxy at a public URL, shared by tests. The clock is the tests'.</summary>
public sealed class PasskeyServer : IAsyncLifetime
{
    public const string Origin = "https://music.example";
    public const string Password = "correct horse battery";

    private int names;

    public ManualTimeProvider Clock { get; } = new();

    public LocalServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await LocalServer.StartAsync(builder =>
    {
        builder.Services.AddSingleton<TimeProvider>(Clock);
        builder.Services.PostConfigure<PublicUrlOptions>(urls => urls.PublicUrl ??= Origin);
    });

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>Opens a browser in which nobody is signed in.</summary>
    internal PasskeyBrowser Open() => new(Server);

    /// <summary>Opens a browser in which a new listener is signed in.</summary>
    internal async Task<PasskeyBrowser> SignInAsync()
    {
        var name = $"listener-{++names}";
        var accounts = Server.Services.GetRequiredService<LocalAccounts>();
        var invitation = await accounts.InviteAsync(new Invitation(null, IsOwner: false, Product.Premium, "SE"), default);
        await accounts.AcceptAsync(invitation, name, Password, default);
        var browser = Open();
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.SignInAsync(name, Password)).Status);
        return browser;
    }

    /// <summary>Opens a browser in which a new listener is signed in, who has a passkey.</summary>
    internal async Task<PasskeyBrowser> AddPasskeyAsync()
    {
        var browser = await SignInAsync();
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.AddAsync()).Status);
        return browser;
    }
}

/// <summary>A browser with an authenticator. Each request comes from another address, because attempts are limited per address.</summary>
internal sealed partial class PasskeyBrowser(LocalServer server) : IDisposable
{
    private static int requests;

    private readonly HttpClient http = AccountsServer.NewBrowser(server);

    public SoftwareAuthenticator Authenticator { get; set; } = new(PasskeyServer.Origin);

    public string Name { get; private set; } = "";

    public void Dispose()
    {
        Authenticator.Dispose();
        http.Dispose();
    }

    public async Task<(HttpStatusCode Status, string Page)> SignInAsync(string name, string password)
    {
        Name = name;
        return await PostAsync("/login", await GetAsync("/login"), ("name", name), ("password", password));
    }

    /// <summary>Adds a passkey on the page of the account.</summary>
    public async Task<(HttpStatusCode Status, string Page)> AddAsync(string name = "Phone")
    {
        var page = await GetAsync("/account");
        return await AddAsync(page, Authenticator.Create(OptionsOf(page)).ToJsonString(), name);
    }

    public Task<(HttpStatusCode Status, string Page)> AddAsync(string page, string credential, string name = "Phone") =>
        PostAsync("/account/passkeys", page, ("name", name), ("challenge", ChallengeOf(page)), ("credential", credential));

    /// <summary>Signs in with the passkey.</summary>
    public async Task<(HttpStatusCode Status, string Page)> SignInAsync()
    {
        var page = await GetAsync("/login");
        return await SignInAsync(page, ChallengeOf(page), Authenticator.Get(OptionsOf(page)).ToJsonString());
    }

    public Task<(HttpStatusCode Status, string Page)> SignInAsync(
        string page, string challenge, string credential, string? address = null) =>
        PostAsync("/login/passkey", page, address, ("challenge", challenge), ("credential", credential));

    public async Task<string> GetAsync(string path)
    {
        using var response = await http.GetAsync(path);
        return await response.Content.ReadAsStringAsync();
    }

    public Task<(HttpStatusCode Status, string Page)> PostAsync(string path, string page, params (string, string)[] fields) =>
        PostAsync(path, page, address: null, fields);

    private async Task<(HttpStatusCode Status, string Page)> PostAsync(
        string path, string page, string? address, params (string, string)[] fields)
    {
        var count = Interlocked.Increment(ref requests);
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = AccountsServer.Form(page, fields),
            Headers = { { "X-Forwarded-For", address ?? $"203.0.{count >> 8}.{count & 255}" } },
        };
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Returns the question of a page.</summary>
    public static JsonNode OptionsOf(string page) =>
        JsonNode.Parse(WebUtility.HtmlDecode(OptionsPattern().Match(page).Groups[1].Value))!;

    /// <summary>Returns the challenge that a page's form contains.</summary>
    public static string ChallengeOf(string page) => ChallengePattern().Match(page).Groups[1].Value;

    [GeneratedRegex("data-options=\"([^\"]+)\"")]
    private static partial Regex OptionsPattern();

    [GeneratedRegex("name=\"challenge\" value=\"([^\"]+)\"")]
    private static partial Regex ChallengePattern();
}
