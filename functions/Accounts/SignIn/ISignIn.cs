using Spotify.Web;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>The accounts with which listeners sign in: of this machine, or of Identity Platform in the cloud.</summary>
public interface ISignIn
{
    /// <summary>The label of the name on the sign-in page.</summary>
    string NameLabel => "Name";

    /// <summary>The registration of new accounts; null if only invitations or the operator create accounts.</summary>
    ISignUp? SignUp => null;

    /// <summary>
    /// Returns the user with a name and password, who has a row; null if either is wrong. Takes the same time for unknown names.
    /// </summary>
    /// <param name="name">The name, as typed.</param>
    /// <param name="password">The password.</param>
    /// <param name="country">The country of a user who has no row yet.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="ApiException">429: there were too many attempts. 503: the accounts are not available.</exception>
    Task<string?> VerifyAsync(string name, string password, string country, CancellationToken ct);
}

/// <summary>Accounts that anyone may create.</summary>
public interface ISignUp
{
    /// <summary>Creates an account and returns the user, who has a row.</summary>
    /// <inheritdoc cref="ISignIn.VerifyAsync" path="/param"/>
    /// <exception cref="ApiException">
    /// 400: the name or password is invalid, or the name is taken. 403: nobody may create an account. 429 and 503: as for signing in.
    /// </exception>
    Task<string> RegisterAsync(string name, string password, string country, CancellationToken ct);
}
