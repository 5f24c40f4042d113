using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.Ingest;

/// <summary>
/// The end of revisions. A revision that nothing names any more stays until every URL to it has expired. A revision that is being made is
/// entered beforehand, with a date far enough away, and struck off when its track names it: what an interrupted import leaves behind
/// goes in the end, and nothing that is named ever does. Several processes may sweep at once.
/// </summary>
public sealed class ObjectRemovals(IDatabase database, IObjectStore store, TimeProvider time)
{
    /// <summary>How long a revision stays after its track has another: the longest lifetime of a URL, 1 h, and 5 min for clocks that differ.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromMinutes(65);

    /// <summary>How long making a revision may take.</summary>
    public static readonly TimeSpan Reservation = TimeSpan.FromDays(1);

    // A sweep has this long for the objects of one revision; after that another takes over.
    private static readonly TimeSpan SweepLease = TimeSpan.FromMinutes(10);

    private static readonly Table Removals = Schema.Current.Table("ObjectRemovals");
    private static readonly Table Playables = Schema.Current.Table("Playables");

    private static readonly Statement Due = new(
        "SELECT Prefix FROM ObjectRemovals WHERE RemoveAt <= @now ORDER BY Prefix LIMIT 100", ("now", ColumnType.Timestamp));

    /// <summary>Chooses the name of the revision that a track gets from a source. Until a day has passed no sweep touches its objects.</summary>
    /// <param name="playableId">The track.</param>
    /// <param name="contentHash">The SHA-256 of the source, in hexadecimal.</param>
    /// <returns>The revision: always the same for the same source, unless objects of that name are in use, or may be being removed.</returns>
    public Task<string> ReserveAsync(string playableId, string contentHash, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            var now = time.GetUtcNow();
            var current = (await transaction.ReadAsync(Playables, new Key(playableId)))?.StringOrNull("Revision");
            for (var generation = 0; ; generation++)
            {
                var revision = Revision.Of(contentHash, generation);
                var prefix = Revision.Prefix(playableId, revision);
                if (revision == current || !IsFree(await transaction.ReadAsync(Removals, new Key(prefix)), now)) continue;
                transaction.Add(Removal(prefix, now + Reservation));
                return revision;
            }
        },
        ct);

    /// <summary>Removes the objects of every revision that is due.</summary>
    /// <returns>How many objects were removed.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var removed = 0;
        while (true)
        {
            var due = await database.QueryAsync(Due, new Parameters { { "now", time.GetUtcNow() } }, null, ct).Select(row => row.String("Prefix")).ToListAsync(ct);
            if (due.Count == 0) return removed;
            foreach (var prefix in due)
                if (await ClaimAsync(prefix, ct) is { } lease) removed += await RemoveAsync(prefix, lease, ct);
        }
    }

    /// <summary>What enters a revision that nothing names any more.</summary>
    internal static Mutation Retire(string prefix, DateTimeOffset now) => Removal(prefix, now + Retention);

    /// <summary>Strikes off a revision that was reserved, because its track names it now; false if it was reserved too long ago.</summary>
    internal static async Task<bool> KeepAsync(ITransaction transaction, string prefix, DateTimeOffset now)
    {
        var row = await transaction.ReadAsync(Removals, new Key(prefix));
        if (row is null || !IsFree(row, now)) return false;
        transaction.Add(Mutation.Delete(Removals, new Key(prefix)));
        return true;
    }

    private static Mutation Removal(string prefix, DateTimeOffset at) => Mutation.Upsert(Removals, ("Prefix", prefix), ("RemoveAt", Instant.Truncate(at)));

    // A sweep at work has put the date off by its lease, so a date beyond that says that there is none.
    private static bool IsFree(Row? row, DateTimeOffset now) => row is null || row.Timestamp("RemoveAt") > now + (2 * SweepLease);

    /// <summary>Makes a due revision this sweep's alone, until the time returned; null if it is another's, or named again.</summary>
    private Task<DateTimeOffset?> ClaimAsync(string prefix, CancellationToken ct) => database.TransactAsync<DateTimeOffset?>(
        async transaction =>
        {
            var now = time.GetUtcNow();
            if (await transaction.ReadAsync(Removals, new Key(prefix)) is not { } row || row.Timestamp("RemoveAt") > now) return null;

            var (playableId, revision) = Revision.Parse(prefix);
            if ((await transaction.ReadAsync(Playables, new Key(playableId)))?.StringOrNull("Revision") == revision)
            {
                transaction.Add(Mutation.Delete(Removals, new Key(prefix)));
                return null;
            }

            var lease = Instant.Truncate(now + SweepLease);
            transaction.Add(Removal(prefix, lease));
            return lease;
        },
        ct);

    private async Task<int> RemoveAsync(string prefix, DateTimeOffset lease, CancellationToken ct)
    {
        var removed = 0;
        await foreach (var found in store.ListAsync(prefix, ct))
        {
            if (time.GetUtcNow() >= lease) return removed;
            await store.DeleteAsync(found.Name, ct);
            removed++;
        }

        await database.TransactAsync(
            async transaction =>
            {
                var row = await transaction.ReadAsync(Removals, new Key(prefix));
                if (row?.Timestamp("RemoveAt") == lease) transaction.Add(Mutation.Delete(Removals, new Key(prefix)));
                return true;
            },
            ct);
        return removed;
    }
}
