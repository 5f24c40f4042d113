namespace Spotify.Functions.Accounts.SignIn;

/// <summary>The accounts with which listeners sign in: of this machine, or of Identity Platform in the cloud.</summary>
public interface ISignIn
{
    /// <summary>Returns the user with a name and password; null if either is wrong. Takes the same time for unknown names.</summary>
    Task<string?> VerifyAsync(string name, string password, CancellationToken ct);
}
