using System.Runtime.CompilerServices;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.AudioIngest;
using Spotify.Licensing;

namespace Spotify.Functions.ObjectRemovals;

/// <summary>
/// A service that deletes the objects of revisions that are no longer referenced, once every URL to them has expired. A revision is added
/// to the table ObjectRemovals before its objects are written, with a removal date in the future, and deleted from the table when its track
/// references it. Interrupted imports are therefore cleaned up, and a referenced revision is never deleted. The encrypted copies of
/// encodings are deleted with their revision, or alone under their full name, if they are not those of a row. Several processes may sweep
/// at the same time.
/// </summary>
public sealed class ObjectRemovalService(IDatabase database, IObjectStore store, TimeProvider time)
{
    /// <summary>
    /// The time that a replaced revision is kept: the longest lifetime of a URL, 1 h, plus 5 min for clocks that differ.
    /// </summary>
    public static readonly TimeSpan Retention = TimeSpan.FromMinutes(65);

    /// <summary>The time in which a reserved revision must be written and referenced.</summary>
    public static readonly TimeSpan Reservation = TimeSpan.FromDays(1);

    // The time limit of a sweep for the objects of one revision. Another sweep may then take over.
    private static readonly TimeSpan SweepLease = TimeSpan.FromMinutes(10);

    private static readonly Table Removals = Schema.Current.Table("ObjectRemovals");
    private static readonly Table Playables = Schema.Current.Table("Playables");

    private const int Shards = 8;

    private static readonly Statement Due = new(
        """
        SELECT Prefix, RemoveAt FROM ObjectRemovals
        WHERE Shard = @shard AND RemoveAt <= @now AND (RemoveAt > @after OR (RemoveAt = @after AND Prefix > @prefix))
        ORDER BY RemoveAt, Prefix LIMIT 100
        """,
        ("shard", ColumnType.Int64), ("now", ColumnType.Timestamp), ("after", ColumnType.Timestamp), ("prefix", ColumnType.String));

    /// <summary>Reserves the revision that a track gets from a source. For a day, no sweep deletes its objects.</summary>
    /// <param name="playableId">The track.</param>
    /// <param name="audioHash">The SHA-256 of the source's audio, in hexadecimal.</param>
    /// <returns>
    /// The revision. The same for the same source, unless objects of that revision are in use or may be deleted by a running sweep.
    /// </returns>
    public Task<string> ReserveAsync(string playableId, string audioHash, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            var now = time.GetUtcNow();
            var current = (await transaction.ReadAsync(Playables, new Key(playableId)))?.StringOrNull("Revision");
            for (var generation = 0; ; generation++)
            {
                var revision = Revision.Of(audioHash, generation);
                var prefix = Revision.Prefix(playableId, revision);
                if (revision == current || !IsFree(await transaction.ReadAsync(Removals, new Key(prefix)), now)) continue;
                transaction.Add(Removal(prefix, now + Reservation));
                return revision;
            }
        },
        ct);

    /// <summary>Deletes the objects of every prefix that is due. A prefix that fails is retried after ten minutes.</summary>
    /// <returns>The number of deleted objects.</returns>
    /// <exception cref="ObjectRemovalException">Some prefixes failed; the others are done.</exception>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var (removed, failed) = (0, 0);
        Exception? first = null;
        for (var shard = 0; shard < Shards; shard++)
        {
            await foreach (var prefix in DueAsync(shard, ct))
            {
                try
                {
                    if (await ClaimAsync(prefix, ct) is { } lease) removed += await RemoveAsync(prefix, lease, ct);
                }
                catch (Exception e) when (!ct.IsCancellationRequested)
                {
                    failed++;
                    first ??= new IOException($"The objects {prefix}* could not be removed.", e);
                }
            }
        }

        return first is null ? removed : throw new ObjectRemovalException(failed, removed, first);
    }

    /// <summary>Returns the mutation that schedules the deletion of objects.</summary>
    /// <param name="prefix">The prefix of their names.</param>
    /// <param name="at">When no reader can need them any more.</param>
    public static Mutation Removal(string prefix, DateTimeOffset at) => Mutation.Upsert(
        Removals,
        ("Prefix", prefix),
        ("Shard", prefix.Sum(character => character) % Shards),
        ("RemoveAt", Instant.Truncate(at)));

    /// <summary>Returns the mutation that schedules the deletion of a revision that is no longer referenced.</summary>
    internal static Mutation Retire(string prefix, DateTimeOffset now) => Removal(prefix, now + Retention);

    /// <summary>Returns the mutation that cancels the deletion of objects, because they are deleted or never were written.</summary>
    internal static Mutation Cancel(string prefix) => Mutation.Delete(Removals, new Key(prefix));

    /// <summary>Cancels the deletion of reserved objects that a row now references.</summary>
    /// <returns>False if the reservation has expired.</returns>
    internal static async Task<bool> KeepAsync(ITransaction transaction, string prefix, DateTimeOffset now)
    {
        var row = await transaction.ReadAsync(Removals, new Key(prefix));
        if (row is null || !IsFree(row, now)) return false;
        transaction.Add(Cancel(prefix));
        return true;
    }

    private async IAsyncEnumerable<string> DueAsync(int shard, [EnumeratorCancellation] CancellationToken ct)
    {
        var (now, after, last) = (time.GetUtcNow(), DateTimeOffset.UnixEpoch, "");
        while (true)
        {
            var parameters = new Parameters { { "shard", shard }, { "now", now }, { "after", after }, { "prefix", last } };
            var due = await database.QueryAsync(Due, parameters, null, ct).ToListAsync(ct);
            foreach (var row in due) yield return row.String("Prefix");
            if (due.Count == 0) yield break;
            (after, last) = (due[^1].Timestamp("RemoveAt"), due[^1].String("Prefix"));
        }
    }

    // A running sweep postpones the date by its lease, so a later date means that no sweep is processing the revision.
    private static bool IsFree(Row? row, DateTimeOffset now) => row is null || row.Timestamp("RemoveAt") > now + (2 * SweepLease);

    /// <summary>Claims a due revision for this sweep.</summary>
    /// <returns>The end of the claim; null if another sweep has the revision, or a track references it again.</returns>
    private Task<DateTimeOffset?> ClaimAsync(string prefix, CancellationToken ct) => database.TransactAsync<DateTimeOffset?>(
        async transaction =>
        {
            var now = time.GetUtcNow();
            if (await transaction.ReadAsync(Removals, new Key(prefix)) is not { } row || row.Timestamp("RemoveAt") > now) return null;

            if (await IsReferencedAsync(transaction, prefix))
            {
                transaction.Add(Cancel(prefix));
                return null;
            }

            var lease = Instant.Truncate(now + SweepLease);
            transaction.Add(Removal(prefix, lease));
            return lease;
        },
        ct);

    private static async Task<bool> IsReferencedAsync(ITransaction transaction, string prefix)
    {
        if (EncryptedAudio.TryParse(prefix, out var plain, out var keyId))
            return plain.Split('/') is [_, var id, _, var encoding]
                && await EncryptedObject.IsReferencedAsync(transaction, id, encoding, keyId);
        var (playableId, revision) = Revision.Parse(prefix);
        return (await transaction.ReadAsync(Playables, new Key(playableId)))?.StringOrNull("Revision") == revision;
    }

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
                if (row?.Timestamp("RemoveAt") == lease) transaction.Add(Cancel(prefix));
                return true;
            },
            ct);
        return removed;
    }
}

/// <summary>The exception for a sweep that could not remove the objects of some prefixes.</summary>
/// <param name="failed">The number of these prefixes.</param>
/// <param name="removed">The number of objects that the sweep has removed.</param>
/// <param name="first">The first failure, which names its prefix.</param>
public sealed class ObjectRemovalException(int failed, int removed, Exception first)
    : Exception($"{failed} prefixes could not be removed and will be retried; {removed} objects were removed.", first);
