using Microsoft.Extensions.Caching.Memory;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.PlaybackRecorder;

/// <summary>A listener whose events are recorded.</summary>
/// <param name="Id">The pseudonym in the warehouse.</param>
/// <param name="Country">The market.</param>
/// <param name="SuspectUntil">The time until which plays are not counted; null if they are.</param>
internal sealed record Listener(string Id, string Country, DateTimeOffset? SuspectUntil);

/// <summary>A reader of listeners. An instance keeps those that it read last, because an app sends many messages while it plays.</summary>
public sealed class ListenerReader(IDatabase database) : IDisposable
{
    // About 0.5 KB each.
    private const int MaxCached = 20_000;

    // Together with the staleness of the read, the time until changes of the country and removals of accounts are noticed.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(20);

    private static readonly Statement Select = new(
        """
        SELECT Users.Country, Listeners.ListenerId, Listeners.SuspectUntil, AccountRemovals.RequestedAt
        FROM Users
        LEFT JOIN Listeners ON Listeners.UserId = Users.UserId
        LEFT JOIN AccountRemovals ON AccountRemovals.UserId = Users.UserId
        WHERE Users.UserId = @user
        """,
        ("user", ColumnType.String));

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxCached, CompactionPercentage = 0.1 });

    /// <summary>
    /// Returns a listener as of some seconds ago; null if the rows did not exist then or the account was being removed.
    /// </summary>
    internal async ValueTask<Listener?> FindAsync(string userId, CancellationToken ct)
    {
        if (cache.TryGetValue(userId, out Listener? known)) return known;
        var row = await database.QueryAsync(Select, new Parameters { { "user", userId } }, Staleness.Recent, ct).FirstOrDefaultAsync(ct);
        if (row is null || row.IsNull("ListenerId") || !row.IsNull("RequestedAt")) return null;
        var listener = new Listener(row.String("ListenerId"), row.String("Country"), row.TimestampOrNull("SuspectUntil"));
        cache.Set(userId, listener, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Lifetime });
        return listener;
    }

    /// <summary>Forgets a listener whose rows have changed.</summary>
    internal void Forget(string userId) => cache.Remove(userId);

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();
}
