using Microsoft.Extensions.DependencyInjection;
using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Google.EntryPoints;
using Spotify.Local.Database;
using Spotify.Web.Identity;

namespace Spotify.Google.Tests.EntryPoints;

/// <summary>
/// Token confusion in the cloud, where the authorization server issues access tokens, and Google those of services and of Identity
/// Platform. Here they share a key set and an audience, so that no token is refused for its key or its audience only.
/// </summary>
public sealed class TokenConfusionTests : TokenConfusionContract, IAsyncLifetime
{
    private readonly TestIssuer issuer = new();
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private SqliteDatabase database = null!;
    private TestFunction library = null!;
    private TestFunction removals = null!;

    protected override TokenKind AccessToken => issuer.AccessTokenKind;

    protected override TokenKind ServiceToken => issuer.ServiceTokenKind;

    protected override Uri UserRoute => new(library.Http.BaseAddress!, "/v1/me");

    protected override Uri ServiceRoute => new(removals.Http.BaseAddress!, "/tasks/object-removals");

    protected override IEnumerable<(string Name, string Token)> OtherTokens =>
    [
        ("an ID token of Identity Platform", issuer.IdToken("ada")),
        ("an ID token for this audience", issuer.IdToken("ada", audience: TestIssuer.Audience)),
        ("an unsigned token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ."),
    ];

    public async Task InitializeAsync()
    {
        database = new SqliteDatabase(Path.Combine(directory.FullName, "test.db"), Schema.Current);
        library = await StartAsync(new Library());
        removals = await StartAsync(new ObjectRemovals());
    }

    public async Task DisposeAsync()
    {
        await library.DisposeAsync();
        await removals.DisposeAsync();
        database.Dispose();
        issuer.Dispose();
        directory.Delete(recursive: true);
    }

    private Task<TestFunction> StartAsync(FunctionEntryPoint function) => TestFunction.StartAsync(function, issuer, services => services
        .AddSingleton<IDatabase>(database)
        .AddSingleton(Mock.Of<IObjectStore>())
        .AddSingleton(Mock.Of<IMessageBus>()));
}
