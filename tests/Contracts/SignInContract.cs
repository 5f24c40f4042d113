using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts.SignIn;

namespace Spotify.Contracts;

/// <summary>The tests that every <see cref="ISignIn"/> must pass. Each adapter has a derived class.</summary>
public abstract class SignInContract
{
    /// <summary>The adapter.</summary>
    protected abstract ISignIn SignIn { get; }

    /// <summary>The adapter's database.</summary>
    protected abstract IDatabase Database { get; }

    /// <summary>The name of the only account, as its owner types it.</summary>
    protected abstract string Name { get; }

    /// <summary>The password of the account.</summary>
    protected abstract string Password { get; }

    [Fact]
    public async Task The_right_password_returns_the_same_user_each_time_who_has_a_row()
    {
        var user = await SignIn.VerifyAsync(Name, Password, "SE", default);
        Assert.NotNull(user);
        Assert.Equal("SE", User.FromRow((await Database.ReadAsync(User.Table, new Key(user), null, default))!).Country);
        Assert.Equal(user, await SignIn.VerifyAsync(Name, Password, "NO", default));
        Assert.Equal("SE", User.FromRow((await Database.ReadAsync(User.Table, new Key(user), null, default))!).Country);
    }

    [Fact]
    public async Task Wrong_and_impossible_credentials_return_nobody()
    {
        (string Name, string Password)[] wrong =
        [
            (Name, "another password"), (Name, ""), ("", Password), ("nobody", Password), (Name, Password + " "),
            (Name, new string('x', 100_000)), (new string('x', 100_000), Password), (Name + "\0", Password),
        ];
        foreach (var (name, password) in wrong) Assert.Null(await SignIn.VerifyAsync(name, password, "SE", default));
    }
}
