using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Google.Tests.EntryPoints;
using Spotify.Local.Database;

namespace Spotify.Google.Tests.SignIn;

/// <summary>The accounts of Identity Platform pass the contract of <see cref="ISignIn"/>, with a test double of its API.</summary>
public sealed class IdentityPlatformContractTests : SignInContract, IAsyncLifetime
{
    private readonly TestIssuer issuer = new();
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private IdentityPlatformServer platform = null!;
    private SqliteDatabase database = null!;
    private TestFunction accounts = null!;

    protected override ISignIn SignIn => accounts.Services.GetRequiredService<ISignIn>();

    protected override IDatabase Database => database;

    protected override string Name => IdentityPlatformServer.Email;

    protected override string Password => IdentityPlatformServer.Password;

    public async Task InitializeAsync()
    {
        platform = await IdentityPlatformServer.StartAsync();
        platform.IdToken = issuer.IdToken(IdentityPlatformServer.UserId);
        database = new SqliteDatabase(Path.Combine(directory.FullName, "test.db"), Schema.Current);
        var settings = TestFunction.Settings(issuer);
        (settings["SignIn:Url"], settings["SignIn:JwksUrl"]) = (platform.Url, issuer.JwksUrl);
        accounts = await TestFunction.StartAsync(
            new Accounts(), issuer, services => services.Replace(ServiceDescriptor.Singleton<IDatabase>(database)), settings);
    }

    public async Task DisposeAsync()
    {
        await accounts.DisposeAsync();
        await platform.DisposeAsync();
        database.Dispose();
        issuer.Dispose();
        directory.Delete(recursive: true);
    }
}
