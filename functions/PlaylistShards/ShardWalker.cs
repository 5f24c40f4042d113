using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.PlaylistGenerator;
using Spotify.Functions.WeeklyPlaylists;

namespace Spotify.Functions.PlaylistShards;

/// <summary>The result of <see cref="ShardWalker.StepAsync"/>.</summary>
public enum ShardStep
{
    /// <summary>A page was enqueued, and there may be more.</summary>
    Enqueued,

    /// <summary>The generator is behind: nothing was enqueued.</summary>
    Waiting,

    /// <summary>Another walker has advanced the shard meanwhile.</summary>
    Overtaken,

    /// <summary>All listeners of the shard are enqueued.</summary>
    Walked,
}

/// <summary>
/// The walk over the listeners of a shard: enqueues the tasks of a page of listeners, then records the position. A walker that dies in
/// between enqueues the page again, with tasks of the same names and batches. Walkers of the same shard detect each other by the position.
/// </summary>
public sealed class ShardWalker(IDatabase database, ITaskQueue tasks, TimeProvider time)
{
    /// <summary>The number of listeners of a page.</summary>
    public const int PageSize = 1000;

    private static readonly Statement Page = new(
        """
        SELECT UserId, ActiveAt FROM ActiveListeners
        WHERE TimeZone = @zone AND Shard = @shard AND UserId > @after ORDER BY UserId LIMIT @limit
        """,
        ("zone", ColumnType.String), ("shard", ColumnType.Int64), ("after", ColumnType.String), ("limit", ColumnType.Int64));

    /// <summary>
    /// The number of listeners of a shard who are enqueued, but not done, from which the walk waits. The shards of a time zone have about a
    /// million together, which is a few minutes of work.
    /// </summary>
    public int MaxWaiting { get; init; } = 20_000;

    /// <summary>Enqueues the next page of a shard, unless the generator is behind. Inserts the row of a new shard.</summary>
    public async Task<ShardStep> StepAsync(FanOutShard shard, CancellationToken ct)
    {
        var row = await database.ReadAsync(FanOutShard.Table, shard.Key, null, ct) ?? await InsertAsync(shard, ct);
        if (!row.IsNull("WalkedAt")) return ShardStep.Walked;
        var now = time.GetUtcNow();
        // The walk goes on, because batches may have been lost if there is no progress.
        if (row.Int64("Listeners") - row.Int64("Done") - row.Int64("Failed") >= MaxWaiting
            && now - row.Timestamp("UpdatedAt") < FanOutShard.StallTime)
            return ShardStep.Waiting;

        var position = row.StringOrNull("Position");
        var parameters = new Parameters
        {
            { "zone", shard.TimeZone }, { "shard", shard.Shard }, { "after", position ?? "" }, { "limit", PageSize },
        };
        var page = await database.QueryAsync(Page, parameters, Staleness.Recent, ct).ToListAsync(ct);
        var active = page.Where(listener => listener.Timestamp("ActiveAt") > now - ActiveListeners.Lifetime)
            .Select(listener => listener.String("UserId")).ToList();
        var batches = active.Chunk(GenerationTask.MaxUsers).Select(users => Batch(shard, users)).ToList();
        if (batches.Count > 0) await tasks.EnqueueAsync(PlaylistGeneratorFunction.Definition.Queue!, batches, ct);
        return await AdvanceAsync(shard, position, page.Count < PageSize ? null : page[^1].String("UserId"), active.Count, ct);
    }

    private async Task<Row> InsertAsync(FanOutShard shard, CancellationToken ct)
    {
        try
        {
            await database.CommitAsync([shard.Insert(time.GetUtcNow())], ct);
        }
        catch (RowExistsException)
        {
            // The planner or another walker has inserted it.
        }

        return (await database.ReadAsync(FanOutShard.Table, shard.Key, null, ct))!;
    }

    private static TaskRequest Batch(FanOutShard shard, string[] users)
    {
        var id = SpotifyId.FromName($"{shard.Key} {users[0]} {users[^1]}");
        var task = new GenerationTask(users)
        {
            Surfaces = [shard.Surface.Id],
            Batch = new FanOutBatch(shard.Surface.Id, shard.Period, shard.TimeZone, shard.Shard, id),
        };
        return task.ToRequest(id);
    }

    private Task<ShardStep> AdvanceAsync(FanOutShard shard, string? from, string? to, int listeners, CancellationToken ct) =>
        database.TransactAsync(
            async transaction =>
            {
                var row = await transaction.ReadAsync(FanOutShard.Table, shard.Key);
                if (row is null || !row.IsNull("WalkedAt") || row.StringOrNull("Position") != from) return ShardStep.Overtaken;
                transaction.Add(shard.Advance(to, row.Int64("Listeners") + listeners, time.GetUtcNow()));
                return to is null ? ShardStep.Walked : ShardStep.Enqueued;
            },
            ct);
}
