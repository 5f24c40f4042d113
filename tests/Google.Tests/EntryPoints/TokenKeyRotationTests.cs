using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Google.EntryPoints;
using Spotify.Local.Database;
using Spotify.Web.Identity;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Google.Tests.EntryPoints;

/// <summary>
/// The rotation of the keys that sign access tokens in the cloud, by the settings <c>TokenKeys:n:Pem</c>: each step is a deployment of the
/// authorization server, and another function verifies with the key set that the server publishes.
/// </summary>
public sealed class TokenKeyRotationTests : IAsyncLifetime
{
    private readonly string[] keys = [TokenKey.New(), TokenKey.New()];
    private readonly TestIssuer issuer = new();
    private readonly PublishedKeys published = new();
    private readonly ManualTimeProvider clock = new();
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private SqliteDatabase database = null!;
    private TestFunction library = null!;

    public async Task InitializeAsync()
    {
        database = new SqliteDatabase(Path.Combine(directory.FullName, "test.db"), Schema.Current);
        library = await StartAsync(new Library(), TestFunction.Settings(issuer));
    }

    public async Task DisposeAsync()
    {
        await library.DisposeAsync();
        database.Dispose();
        issuer.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Tokens_are_valid_in_every_step_and_those_of_a_removed_key_are_refused()
    {
        var first = await DeployAsync(keys[0]);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(first));

        // The new key is published.
        Assert.Equal(HttpStatusCode.OK, await GetAsync(await DeployAsync(keys[0], keys[1])));
        clock.Advance(TokenKeyRotation.PublishedBefore);
        var old = await DeployAsync(keys[0], keys[1]);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(old));

        // The new key signs. Verifiers have it already, and the tokens of the old key are valid until they expire.
        var downloads = published.Downloads;
        var next = await DeployAsync(keys[1], keys[0]);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await GetAsync(next), await GetAsync(old)));
        Assert.Equal(downloads, published.Downloads);
        clock.Advance(TokenIssuer.Lifetime);
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(old));

        // The old key is removed, so that whoever has a copy of it cannot use it.
        await DeployAsync(keys[1]);
        clock.Advance(KeySet.Fresh);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(await DeployAsync(keys[1])));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(Issue(new StolenKey(TokenKey.Parse(keys[0])), library)));
    }

    // Returns a token of the deployed server.
    private async Task<string> DeployAsync(params string[] pems)
    {
        var settings = TestFunction.Settings(issuer);
        foreach (var (i, pem) in pems.Index()) settings[$"TokenKeys:{i}:Pem"] = pem;
        await using var accounts = await StartAsync(new Accounts(), settings);
        using var response = await accounts.Http.GetAsync("/.well-known/jwks.json");
        Assert.Equal(TokenKeyRotation.MaxAge, response.Headers.CacheControl!.MaxAge);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        published.Json = await response.Content.ReadAsStringAsync();
        return Issue(accounts.Services.GetRequiredService<ITokenKeys>(), accounts);
    }

    private string Issue(ITokenKeys signing, TestFunction function) => new TokenIssuer(
        signing, function.Services.GetRequiredService<IOptions<AccessTokenOptions>>(), clock)
        .Issue("ada", "SE", Product.Premium, "app", Scopes.All);

    private async Task<HttpStatusCode> GetAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await library.Http.SendAsync(request);
        return response.StatusCode;
    }

    private Task<TestFunction> StartAsync(FunctionEntryPoint function, Dictionary<string, string?> settings) => TestFunction.StartAsync(
        function,
        issuer,
        services => services.Replace(ServiceDescriptor.Singleton<IDatabase>(database))
            .Replace(ServiceDescriptor.Singleton<IKeySetSource>(published))
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton(Mock.Of<IMessageBus>())
            .AddSingleton(Mock.Of<IObjectStore>()),
        settings);

    private sealed record StolenKey(TokenKey Signing) : ITokenKeys
    {
        public IReadOnlyList<TokenKey> All => [Signing];
    }

    private sealed class PublishedKeys : IKeySetSource
    {
        public string Json { get; set; } = "";

        public int Downloads { get; private set; }

        public Task<string> DownloadAsync(string url, CancellationToken ct)
        {
            Downloads++;
            return Task.FromResult(Json);
        }
    }
}
