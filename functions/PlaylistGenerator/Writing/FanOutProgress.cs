using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Functions.PlaylistGenerator.Writing;

/// <summary>
/// The progress of a fan-out. A batch is counted once in the totals of its shard, however often it is delivered: a later delivery replaces
/// the counts of an earlier one.
/// </summary>
internal sealed class FanOutProgress(IDatabase database, TimeProvider time)
{
    private static readonly Table Shards = Schema.Current.Table("FanOutShards");
    private static readonly Table Batches = Schema.Current.Table("FanOutBatches");

    /// <summary>Counts a batch. Does nothing if the shard was deleted.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="done">The number of listeners that need nothing more.</param>
    /// <param name="failed">The number of listeners that failed.</param>
    /// <param name="ct">Cancels the call.</param>
    public Task CountAsync(FanOutBatch batch, int done, int failed, CancellationToken ct)
    {
        var now = Instant.Truncate(time.GetUtcNow());
        return database.TransactAsync(async transaction =>
        {
            var key = new Key(batch.Surface, batch.Period, batch.TimeZone, (long)batch.Shard);
            if (await transaction.ReadAsync(Shards, key) is not { } shard) return false;
            var before = await transaction.ReadAsync(
                Batches, new Key(batch.Surface, batch.Period, batch.TimeZone, (long)batch.Shard, batch.Id));
            var (doneBefore, failedBefore) = (before?.Int64("Done") ?? 0, before?.Int64("Failed") ?? 0);
            if (before is not null && (doneBefore, failedBefore) == (done, failed)) return false;
            (string, object?)[] columns =
            [
                ("Surface", batch.Surface), ("Period", batch.Period), ("TimeZone", batch.TimeZone), ("Shard", (long)batch.Shard),
            ];
            transaction.Add(Mutation.Upsert(
                Batches, [.. columns, ("BatchId", batch.Id), ("Done", (long)done), ("Failed", (long)failed)]));
            transaction.Add(Mutation.Update(
                Shards,
                [
                    .. columns, ("Done", shard.Int64("Done") + done - doneBefore),
                    ("Failed", shard.Int64("Failed") + failed - failedBefore), ("UpdatedAt", now),
                ]));
            return true;
        }, ct);
    }
}
