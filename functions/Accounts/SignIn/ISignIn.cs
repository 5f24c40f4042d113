using Spotify.Domain.Ports;
using Spotify.Web;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>The accounts with which listeners sign in: of this machine, or of Identity Platform in the cloud.</summary>
public interface ISignIn
{
    /// <summary>The label of the name on the sign-in page.</summary>
    string NameLabel => "Name";

    /// <summary>The registration of new accounts; null if only invitations or the operator create accounts.</summary>
    ISignUp? SignUp => null;

    /// <summary>The sending of links to choose a new password; null if the owner of the machine gives them.</summary>
    IPasswordReset? PasswordReset => null;

    /// <summary>The states of accounts that are managed elsewhere; null if they are in the database.</summary>
    IAccountStates? States => null;

    /// <summary>
    /// Returns the user with a name and password, who has a row; null if either is wrong. Takes the same time for unknown names.
    /// </summary>
    /// <param name="name">The name, as typed.</param>
    /// <param name="password">The password.</param>
    /// <param name="country">The country of a user who has no row yet.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="ApiException">429: there were too many attempts. 503: the accounts are not available.</exception>
    Task<string?> VerifyAsync(string name, string password, string country, CancellationToken ct);

    /// <summary>Returns whether a user may remove the account of another one, who has an account.</summary>
    Task<bool> MayRemoveAsync(string userId, string otherId, CancellationToken ct) => Task.FromResult(false);

    /// <summary>Checks, in the transaction that marks an account for removal, that the home can do without the account.</summary>
    /// <exception cref="ApiException">400: the account must not be removed.</exception>
    Task CheckRemovalAsync(ITransaction transaction, string userId) => Task.CompletedTask;

    /// <summary>Deletes an account outside of the database. Does nothing if there is none.</summary>
    /// <exception cref="ApiException">503: the accounts are not available.</exception>
    Task RemoveAsync(string userId, CancellationToken ct) => Task.CompletedTask;
}

/// <summary>Accounts that anyone may create.</summary>
public interface ISignUp
{
    /// <summary>
    /// Creates an account, which can sign in once its owner has followed the link in an e-mail. Does the same, as far as a caller can see,
    /// if there is an account with the address already.
    /// </summary>
    /// <param name="email">The e-mail address.</param>
    /// <param name="password">The password.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="ApiException">
    /// 400: the address or password is invalid. 403: nobody may create an account. 429 and 503: as for signing in.
    /// </exception>
    Task RegisterAsync(string email, string password, CancellationToken ct);
}

/// <summary>Links to choose a new password, by e-mail.</summary>
public interface IPasswordReset
{
    /// <summary>Sends a link to the owner of an account. Does the same, as far as a caller can see, if there is no such account.</summary>
    /// <param name="email">The e-mail address.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="ApiException">503: the accounts are not available.</exception>
    Task SendAsync(string email, CancellationToken ct);
}

/// <summary>The states of accounts that are managed elsewhere.</summary>
public interface IAccountStates
{
    /// <summary>How long a state is relied on.</summary>
    TimeSpan CheckInterval { get; }

    /// <summary>
    /// Returns the time of the last change that ends earlier sign-ins, such as a new password; null if the account is disabled or deleted.
    /// </summary>
    /// <exception cref="ApiException">503: the accounts are not available.</exception>
    Task<DateTimeOffset?> ValidSinceAsync(string userId, CancellationToken ct);
}
