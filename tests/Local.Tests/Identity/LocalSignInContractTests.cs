using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Local.Database;

namespace Spotify.Local.Tests.Identity;

/// <summary>The accounts of one machine pass the contract of <see cref="ISignIn"/>.</summary>
public sealed class LocalSignInContractTests : SignInContract, IAsyncLifetime
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly SqliteDatabase database;
    private readonly LocalAccounts accounts;

    public LocalSignInContractTests()
    {
        database = new SqliteDatabase(Path.Combine(directory.FullName, "test.db"), Schema.Current);
        accounts = new LocalAccounts(database, TimeProvider.System);
    }

    protected override ISignIn SignIn => accounts;

    protected override IDatabase Database => database;

    protected override string Name => "Ada";

    protected override string Password => "correct horse battery";

    public async Task InitializeAsync()
    {
        var invitation = await accounts.InviteAsync(new Invitation(null, IsOwner: false, Product.Free, "SE"), default);
        await accounts.AcceptAsync(invitation, Name, Password, default);
    }

    public Task DisposeAsync()
    {
        database.Dispose();
        directory.Delete(recursive: true);
        return Task.CompletedTask;
    }
}
