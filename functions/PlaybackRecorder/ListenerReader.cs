using Microsoft.Extensions.Caching.Memory;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;

namespace Spotify.Functions.PlaybackRecorder;

/// <summary>A user whose events are recorded.</summary>
/// <param name="Id">The pseudonym in the warehouse; null if there is none yet.</param>
/// <param name="Country">The market.</param>
/// <param name="SuspectUntil">The time until which plays are not counted; null if they are.</param>
/// <param name="IsRemoved">Whether the account is being removed.</param>
/// <param name="PrivateSessions">The private sessions of the last 90 days.</param>
internal sealed record Listener(
    string? Id,
    string Country,
    DateTimeOffset? SuspectUntil,
    bool IsRemoved,
    IReadOnlyList<(DateTimeOffset Start, DateTimeOffset End)> PrivateSessions)
{
    /// <summary>The id of the time zone.</summary>
    public string TimeZone { get; init; } = TimeZones.IdOf(null, Country);

    /// <summary>The last recorded activity; null if the listener is not active.</summary>
    public DateTimeOffset? ActiveAt { get; init; }

    /// <summary>
    /// Returns whether plays at a time are activity that should be recorded: once a day, and not of suspects. Plays in private sessions
    /// count, because activity says nothing about taste.
    /// </summary>
    public bool IsNewlyActive(DateTimeOffset at) =>
        !(SuspectUntil > at) && (ActiveAt is not { } last || at - last >= ActiveListeners.Precision);

    /// <summary>Returns whether a part of a play was in a private session.</summary>
    public bool IsPrivate(RecordedPlay play)
    {
        var start = play.PlayedAt.AddMilliseconds(-Math.Min(play.PlayedMs, TimeSpan.MillisecondsPerDay));
        return PrivateSessions.Any(session => session.Start <= play.PlayedAt && session.End > start);
    }
}

/// <summary>A reader of listeners. An instance keeps those that it read last, because an app sends many messages while it plays.</summary>
public sealed class ListenerReader(IDatabase database) : IDisposable
{
    // About 0.5 KB each.
    private const int MaxCached = 20_000;

    // Together with the staleness of the read, the time until a change of the country, a private session or the removal of the account is
    // noticed.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(20);

    private static readonly Statement Select = new(
        """
        SELECT Users.Country, Users.TimeZone, Listeners.ListenerId, Listeners.SuspectUntil, AccountRemovals.RequestedAt,
          ActiveListeners.ActiveAt, PrivateSessions.StartedAt, PrivateSessions.EndsAt
        FROM Users
        LEFT JOIN ActiveListeners ON ActiveListeners.UserId = Users.UserId
        LEFT JOIN Listeners ON Listeners.UserId = Users.UserId
        LEFT JOIN AccountRemovals ON AccountRemovals.UserId = Users.UserId
        LEFT JOIN PrivateSessions ON PrivateSessions.UserId = Users.UserId
        WHERE Users.UserId = @user
        ORDER BY PrivateSessions.StartedAt DESC LIMIT 1000
        """,
        ("user", ColumnType.String));

    private readonly MemoryCache cache = new(new MemoryCacheOptions { SizeLimit = MaxCached, CompactionPercentage = 0.1 });

    /// <summary>Returns a user in a transaction; null if the user has no row.</summary>
    internal static Task<Listener?> FindAsync(ITransaction transaction, string userId) =>
        ReadAsync(transaction.QueryAsync(Select, Of(userId)));

    /// <summary>
    /// Returns a listener with a pseudonym as of some seconds ago; null if there was none or the account was being removed.
    /// </summary>
    internal async ValueTask<Listener?> FindRecentAsync(string userId, CancellationToken ct)
    {
        if (cache.TryGetValue(userId, out Listener? known)) return known;
        var listener = await ReadAsync(database.QueryAsync(Select, Of(userId), Staleness.Recent, ct));
        if (listener is not { Id: not null, IsRemoved: false }) return null;
        Remember(userId, listener);
        return listener;
    }

    /// <summary>Keeps a listener for the next messages.</summary>
    internal void Remember(string userId, Listener listener) =>
        cache.Set(userId, listener, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Lifetime });

    /// <summary>Forgets a listener whose rows have changed.</summary>
    internal void Forget(string userId) => cache.Remove(userId);

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    private static Parameters Of(string userId) => new() { { "user", userId } };

    private static async Task<Listener?> ReadAsync(IAsyncEnumerable<Row> found)
    {
        var rows = await found.ToListAsync();
        if (rows.Count == 0) return null;
        var first = rows[0];
        return new Listener(
            first.StringOrNull("ListenerId"),
            first.String("Country"),
            first.TimestampOrNull("SuspectUntil"),
            !first.IsNull("RequestedAt"),
            [.. rows.Where(row => !row.IsNull("StartedAt")).Select(row => (row.Timestamp("StartedAt"), row.Timestamp("EndsAt")))])
        {
            TimeZone = TimeZones.IdOf(first.StringOrNull("TimeZone"), first.String("Country")),
            ActiveAt = first.TimestampOrNull("ActiveAt"),
        };
    }
}
