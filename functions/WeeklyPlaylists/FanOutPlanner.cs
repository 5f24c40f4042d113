using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.PlaylistShards;

namespace Spotify.Functions.WeeklyPlaylists;

/// <summary>
/// The start of the fan-out. A surface of a time zone is started once in each period: with a task for each shard, which runs when the
/// period begins. Two planners at the same time enqueue the same tasks.
/// </summary>
public sealed class FanOutPlanner(IDatabase database, ITaskQueue tasks, TimeProvider time)
{
    /// <summary>
    /// The time by which tasks are enqueued before the period begins, because the planner runs hourly, but a period may begin at half past.
    /// </summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromMinutes(65);

    /// <summary>The age of a period from which it is not started any more: the playlists are then generated when listeners visit.</summary>
    public static readonly TimeSpan CatchUp = TimeSpan.FromDays(2);

    private static readonly Statement NextTimeZone = new(
        "SELECT TimeZone FROM ActiveListeners WHERE TimeZone > @after ORDER BY TimeZone LIMIT 1", ("after", ColumnType.String));

    private static readonly Statement Planned = new(
        """
        SELECT TimeZone, Period, COUNT(*) AS Shards FROM FanOutShards
        WHERE Surface = @surface AND Period >= @since GROUP BY TimeZone, Period
        """,
        ("surface", ColumnType.String), ("since", ColumnType.String));

    private static readonly Statement ShardsOf = new(
        "SELECT Shard FROM FanOutShards WHERE Surface = @surface AND Period = @period AND TimeZone = @zone",
        ("surface", ColumnType.String), ("period", ColumnType.String), ("zone", ColumnType.String));

    private static readonly Statement Stalled = new(
        """
        SELECT Surface, Period, TimeZone, Shard, DueAt FROM FanOutShards
        WHERE Surface = @surface AND Period >= @since AND WalkedAt IS NULL AND UpdatedAt < @before AND DueAt < @before
        """,
        ("surface", ColumnType.String), ("since", ColumnType.String), ("before", ColumnType.Timestamp));

    /// <summary>Starts the surfaces whose period begins within the hour or began in the last two days.</summary>
    /// <returns>The number of surfaces and time zones that were started.</returns>
    public async Task<int> PlanAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var zones = await TimeZonesAsync(ct);
        var started = 0;
        foreach (var surface in FanOutShard.Surfaces)
        {
            var planned = await PlannedAsync(surface, now, ct);
            foreach (var zone in zones)
            {
                var shards = FanOutShard.All(surface, zone, now + Ahead).ToList();
                if (shards[0].DueAt < now - CatchUp || planned.Contains((zone, shards[0].Period))) continue;
                // The rows come last, because a planner that dies in between is then repeated. The task of a shard inserts a missing row.
                await tasks.EnqueueAsync(
                    PlaylistShardsFunction.Definition.Queue!,
                    [.. shards.Select(shard => ShardTask.Request(shard, shard.DueAt))],
                    ct);
                await InsertAsync(shards, ct);
                started++;
            }
        }

        return started;
    }

    /// <summary>Enqueues the shards that have made no progress for half an hour, although their period has begun.</summary>
    /// <returns>The number of shards.</returns>
    public async Task<int> ResumeAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var resumed = 0;
        foreach (var surface in FanOutShard.Surfaces)
        {
            var parameters = Since(surface, now);
            parameters.Add("before", Instant.Truncate(now - FanOutShard.StallTime));
            var stalled = await database.QueryAsync(Stalled, parameters, null, ct)
                .Select(FanOutShard.FromRow).OfType<FanOutShard>().Where(shard => !shard.IsOver(now)).ToListAsync(ct);
            foreach (var page in stalled.Chunk(ActiveListeners.Shards))
            {
                await tasks.EnqueueAsync(
                    PlaylistShardsFunction.Definition.Queue!, [.. page.Select(shard => ShardTask.Request(shard, now))], ct);
            }

            resumed += stalled.Count;
        }

        return resumed;
    }

    /// <summary>Returns the ids of the time zones that have active listeners.</summary>
    public async Task<IReadOnlyList<string>> TimeZonesAsync(CancellationToken ct)
    {
        var zones = new List<string>();
        while (true)
        {
            var parameters = new Parameters { { "after", zones.LastOrDefault() ?? "" } };
            var next = await database.QueryAsync(NextTimeZone, parameters, Staleness.Recent, ct).ToListAsync(ct);
            if (next.Count == 0) return zones;
            zones.Add(next[0].String("TimeZone"));
        }
    }

    /// <summary>Inserts the rows of the shards of a time zone that do not exist.</summary>
    public Task<int> InsertAsync(IReadOnlyList<FanOutShard> shards, CancellationToken ct) => database.TransactAsync(
        async transaction =>
        {
            var first = shards[0];
            var parameters = new Parameters { { "surface", first.Surface.Id }, { "period", first.Period }, { "zone", first.TimeZone } };
            var existing = await transaction.QueryAsync(ShardsOf, parameters).Select(row => row.Int32("Shard")).ToHashSetAsync();
            var missing = shards.Where(shard => !existing.Contains(shard.Shard)).ToList();
            foreach (var shard in missing) transaction.Add(shard.Insert(time.GetUtcNow()));
            return missing.Count;
        },
        ct);

    private async Task<HashSet<(string TimeZone, string Period)>> PlannedAsync(Surface surface, DateTimeOffset now, CancellationToken ct) =>
        await database.QueryAsync(Planned, Since(surface, now), null, ct)
            .Where(row => row.Int32("Shards") >= ActiveListeners.Shards)
            .Select(row => (row.String("TimeZone"), row.String("Period")))
            .ToHashSetAsync(cancellationToken: ct);

    // In some time zones, the present period began a week ago.
    private static Parameters Since(Surface surface, DateTimeOffset now) => new()
    {
        { "surface", surface.Id }, { "since", surface.PeriodAt(now - TimeSpan.FromDays(7), TimeZoneInfo.Utc).Key },
    };
}
