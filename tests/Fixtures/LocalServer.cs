using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Demo;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Local;
using Spotify.Local.Identity;
using Spotify.Web;
using Spotify.Web.Functions;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Fixtures;

/// <summary>The one-machine home on a free loopback port, with a data directory for the test.</summary>
public sealed class LocalServer : IAsyncDisposable
{
    private readonly DirectoryInfo directory;
    private readonly bool ownsDirectory;
    private readonly WebApplication app;

    private LocalServer(DirectoryInfo directory, bool ownsDirectory, WebApplication app)
    {
        this.directory = directory;
        this.ownsDirectory = ownsDirectory;
        this.app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    /// <summary>A client without a token.</summary>
    public HttpClient Http { get; }

    /// <summary>The data directory.</summary>
    public string Data => directory.FullName;

    /// <summary>The database.</summary>
    public IDatabase Database => app.Services.GetRequiredService<IDatabase>();

    /// <summary>The host's services.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Starts a host.</summary>
    /// <param name="configure">Configures the host before it is built.</param>
    /// <param name="data">
    /// An existing data directory, or null for a temporary one.
    /// </param>
    /// <param name="demo">Whether the host has the demo catalog.</param>
    /// <param name="ladder">Whether the demo's recordings are also encoded to the other qualities, in the background.</param>
    /// <param name="rateLimit">Whether rate limits apply. Off by default, because tests send more requests than users do.</param>
    /// <param name="developmentTokens">Whether <see cref="SignInAsync"/> works.</param>
    /// <param name="change">Changes the options of the host.</param>
    /// <param name="functions">Functions to run besides those of the product.</param>
    public static async Task<LocalServer> StartAsync(
        Action<WebApplicationBuilder>? configure = null,
        string? data = null,
        bool demo = false,
        bool ladder = false,
        bool rateLimit = false,
        bool developmentTokens = true,
        Func<ServeOptions, ServeOptions>? change = null,
        params IReadOnlyList<FunctionDefinition> functions)
    {
        var directory = data is null ? Directory.CreateTempSubdirectory("spotify-") : new DirectoryInfo(data);
        configure += builder => builder.Services.PostConfigure<ListenerCountryOptions>(options => options.DefaultCountry ??= "SE");
        configure += builder => builder.Services.Configure<DemoOptions>(options => options.EncodesLadder = ladder);
        var options = new ServeOptions("http://127.0.0.1:0", directory.FullName, demo, rateLimit, developmentTokens);
        var app = LocalHost.Build(change?.Invoke(options) ?? options, configure, functions);
        foreach (var plugIn in app.Services.GetServices<IHostPlugIn>()) await plugIn.PrepareAsync(app.Services, default);
        await app.StartAsync();
        return new LocalServer(directory, data is null, app);
    }

    /// <summary>Returns a client with a token for a user. The user is created on first use.</summary>
    public Task<HttpClient> SignInAsync(string user, string product = "premium", string country = "SE") =>
        WithTokenAsync([new("grant_type", "client_credentials"), new("user", user), new("product", product), new("country", country)]);

    /// <summary>Returns a client with a token for an app without a user.</summary>
    public HttpClient SignInApp(string clientId = "app") => WithToken(Services.GetRequiredService<TokenIssuer>().IssueApp(clientId));

    /// <summary>Returns a client with a token of an app for a user, with all scopes.</summary>
    public HttpClient SignInWith(string clientId, string user) =>
        WithToken(Services.GetRequiredService<TokenIssuer>().Issue(user, "SE", Product.Premium, clientId, Scopes.All));

    /// <summary>Returns a client with a token that has the given scopes; null for a token without the claim.</summary>
    public HttpClient WithScopes(string user, string? scope, DateTimeOffset? issuedAt = null)
    {
        var claims = new Dictionary<string, object> { ["client_id"] = "app", ["country"] = "SE", ["product"] = "premium" };
        if (scope is not null) claims["scope"] = scope;
        var time = new ManualTimeProvider(issuedAt ?? Services.GetRequiredService<TimeProvider>().GetUtcNow());
        return WithToken(Issuer(time).Sign(user, LocalIdentity.Audience, claims));
    }

    /// <summary>Returns the host's issuer with another clock.</summary>
    public TokenIssuer Issuer(TimeProvider time) =>
        new(Services.GetRequiredService<ITokenKeys>(), Services.GetRequiredService<IOptions<AccessTokenOptions>>(), time);

    /// <summary>Stops the host, as Ctrl-C does.</summary>
    public Task StopAsync() => app.StopAsync();

    /// <summary>Commits mutations.</summary>
    public Task WriteAsync(params IEnumerable<Mutation> mutations) => Database.CommitAsync([.. mutations], default);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        if (ownsDirectory) directory.Delete(recursive: true);
    }

    private async Task<HttpClient> WithTokenAsync(IEnumerable<KeyValuePair<string, string>> form)
    {
        var response = await Http.PostAsync("/api/token", new FormUrlEncodedContent(form));
        response.EnsureSuccessStatusCode();
        var token = (await response.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!.GetValue<string>();
        return WithToken(token);
    }

    private HttpClient WithToken(string token) => new()
    {
        BaseAddress = Http.BaseAddress,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };
}
