using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.Accounts.SignIn;
using Spotify.Functions.Player.Live;
using Spotify.Web;
using Spotify.Web.Identity.Issuing;
using Spotify.Web.PersonalData;

namespace Spotify.Functions.AccountRemovals;

/// <summary>
/// A service that removes accounts. A row of the table AccountRemovals ends sessions, refresh tokens and sign-ins at once. Sweeps then
/// erase the data in small transactions, the user's row last, so that a sweep can stop anywhere and be repeated. What is written with an
/// access token that was issued before is erased by another sweep, when the last token has expired; until then nobody gets the name.
/// Several processes may sweep at the same time.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="accounts">The accounts of the home.</param>
/// <param name="access">The access to players.</param>
/// <param name="services">The ports that store documents of users.</param>
/// <param name="time">The clock.</param>
public sealed class AccountRemovalService(
    IDatabase database, ISignIn accounts, PlayerAccess access, IServiceProvider services, TimeProvider time)
{
    /// <summary>
    /// The time from the removal to the last sweep: the lifetime of an access token, and 10 min for clocks that differ and requests that
    /// were authorized at the last moment.
    /// </summary>
    public static readonly TimeSpan Retention = TokenIssuer.Lifetime + TimeSpan.FromMinutes(10);

    // An account that takes longer lets others go first.
    private const int StepsInTurn = 1000;
    private const int Parallelism = 8;

    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(10);

    private static readonly Statement Due = new(
        "SELECT UserId FROM AccountRemovals WHERE DueAt <= @now ORDER BY DueAt, UserId LIMIT 100", ("now", ColumnType.Timestamp));

    // Rows may refer to the user's row, which is therefore deleted last.
    private static readonly IReadOnlyList<PersonalRows> Erased =
        [.. FunctionDefinitions.PersonalData.Where(rows => rows.Table != User.Table)];

    private DateTimeOffset Now => Instant.Truncate(time.GetUtcNow());

    /// <summary>Marks an account for removal. Does nothing if it is marked. The user is signed out when the task completes.</summary>
    /// <exception cref="ApiException">400: it is the account of the only owner.</exception>
    public async Task RequestAsync(string userId, CancellationToken ct)
    {
        await database.TransactAsync(
            async transaction =>
            {
                if (await transaction.IsRemovedAsync(userId)) return true;
                await accounts.CheckRemovalAsync(transaction, userId);
                transaction.Add(Mutation.Insert(RemovedAccounts.Table, ("UserId", userId), ("RequestedAt", Now), ("DueAt", Now)));
                return true;
            },
            ct);
        await access.EndAllAsync(userId);
    }

    /// <summary>Erases the data of every account that is due. An account that fails is retried after ten minutes.</summary>
    /// <returns>The number of accounts whose data were erased.</returns>
    /// <exception cref="AccountRemovalException">Some accounts failed; the others are done.</exception>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var (end, erased, failed) = (Now + Budget, 0, 0);
        Exception? first = null;
        while (Now < end)
        {
            var due = await database.QueryAsync(Due, new Parameters { { "now", Now } }, null, ct)
                .Select(row => row.String("UserId")).ToListAsync(ct);
            if (due.Count == 0) break;
            var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = ct };
            await Parallel.ForEachAsync(due, options, async (userId, stopping) =>
            {
                try
                {
                    if (await EraseAsync(userId, end, stopping)) Interlocked.Increment(ref erased);
                }
                catch (Exception e) when (!stopping.IsCancellationRequested)
                {
                    Interlocked.Increment(ref failed);
                    Interlocked.CompareExchange(ref first, e, null);
                    await PostponeAsync(userId, Now + RetryAfter, stopping);
                }
            });
        }

        return first is null ? erased : throw new AccountRemovalException(failed, erased, first);
    }

    /// <summary>Takes a turn for an account. Returns whether all data are erased.</summary>
    private async Task<bool> EraseAsync(string userId, DateTimeOffset end, CancellationToken ct)
    {
        await accounts.RemoveAsync(userId, ct);
        foreach (var documents in FunctionDefinitions.PersonalDocuments) await documents.DeleteAsync(services, userId, ct);
        var steps = 0;
        foreach (var rows in Erased)
        {
            while (await rows.EraseAsync(database, userId, Now, ct))
            {
                if (++steps < StepsInTurn && Now < end) continue;
                await PostponeAsync(userId, Now, ct);
                return false;
            }
        }

        return await FinishAsync(userId, ct);
    }

    /// <summary>
    /// Deletes the user's row, and after the last sweep also the row of the removal. Returns false if something was written meanwhile.
    /// </summary>
    private Task<bool> FinishAsync(string userId, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            if (await transaction.ReadAsync(RemovedAccounts.Table, new Key(userId)) is not { } removal) return true;
            foreach (var rows in Erased)
                if (await rows.AnyAsync(transaction, userId)) return false;
            transaction.Add(FollowerCounts.Remove(EntityType.User, userId));
            transaction.Add(Mutation.Delete(User.Table, new Key(userId)));
            var last = removal.Timestamp("RequestedAt") + Retention;
            transaction.Add(Now >= last
                ? Mutation.Delete(RemovedAccounts.Table, new Key(userId))
                : Mutation.Update(RemovedAccounts.Table, ("UserId", userId), ("DueAt", last)));
            return true;
        },
        ct);

    private Task PostponeAsync(string userId, DateTimeOffset dueAt, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            // Another sweep may have finished the removal.
            if (await transaction.IsRemovedAsync(userId))
                transaction.Add(Mutation.Update(RemovedAccounts.Table, ("UserId", userId), ("DueAt", dueAt)));
            return true;
        },
        ct);
}

/// <summary>The exception for a sweep that could not erase the data of some accounts. Contains no user ids, because it is logged.</summary>
/// <param name="failed">The number of failures.</param>
/// <param name="erased">The number of accounts whose data the sweep has erased.</param>
/// <param name="first">The first failure.</param>
public sealed class AccountRemovalException(int failed, int erased, Exception first)
    : Exception($"{failed} accounts could not be erased and will be retried; {erased} accounts were erased.", first);
