using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Accounts.Apps;
using Spotify.Functions.Player.Live;
using Spotify.Web;

namespace Spotify.Functions.Accounts.SignIn;

/// <summary>
/// Checks of accounts that are managed elsewhere: a disabled or deleted account, and a change of the password, end the user's sessions and
/// the access of apps. A user is checked when signing in and, at the use of a session or refresh token, if the last check is too long ago.
/// </summary>
internal sealed class AccountChecks(IDatabase database, ISignIn accounts, PlayerAccess access, TimeProvider time)
{
    private static readonly Table Table = Schema.Current.Table("AccountChecks");

    /// <summary>Returns whether a user's sessions and refresh tokens remain valid.</summary>
    public async Task<bool> IsActiveAsync(string userId, CancellationToken ct)
    {
        if (accounts.States is not { } states) return true;
        var row = await database.ReadAsync(Table, new Key(userId), null, ct);
        return time.GetUtcNow() - row?.Timestamp("CheckedAt") < states.CheckInterval || await CheckAsync(userId, ct);
    }

    /// <summary>Checks a user now. Returns whether sessions and refresh tokens from before the check remain valid.</summary>
    public async Task<bool> CheckAsync(string userId, CancellationToken ct)
    {
        if (accounts.States is not { } states) return true;
        DateTimeOffset? validSince;
        try
        {
            validSince = await states.ValidSinceAsync(userId, ct);
        }
        catch (ApiException)
        {
            // An outage must not sign everybody out. The adapter has logged it, and the next use tries again.
            return true;
        }

        var remains = await database.TransactAsync(
            async transaction =>
            {
                var row = await transaction.ReadAsync(Table, new Key(userId));
                var isValid = validSince is not null && !(row?.Timestamp("ValidSince") < validSince);
                if (!isValid)
                {
                    await Sessions.EndAllAsync(transaction, userId);
                    transaction.Add(AppGrants.WithdrawAll(userId));
                }

                transaction.Add(validSince is null
                    ? Mutation.Delete(Table, new Key(userId))
                    : Mutation.Upsert(
                        Table, ("UserId", userId), ("CheckedAt", Instant.Truncate(time.GetUtcNow())), ("ValidSince", validSince)));
                return isValid;
            },
            ct);
        if (!remains) await access.EndAllAsync(userId);
        return remains;
    }
}
