using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Functions.PlaylistShards;
using Spotify.Functions.WeeklyPlaylists;

namespace Spotify.Local.FanOut;

/// <summary>
/// The fan-out of the current period in one process: for every active listener, whatever the day is. Listeners who have the period are
/// skipped. Every page of listeners is a checkpoint, so that a run that is interrupted or killed is continued by the next one.
/// </summary>
internal sealed class LocalFanOut(
    IDatabase database, FanOutPlanner planner, FanOutStates states, RecentListeners listeners, ShardWalker walker, TimeProvider time)
{
    /// <summary>Runs the fan-out of surfaces.</summary>
    /// <param name="surfaces">The surfaces.</param>
    /// <param name="threads">The number of shards that are walked at the same time.</param>
    /// <param name="begin">Receives the number of playlists to generate, and how many of them an interrupted run has generated.</param>
    /// <param name="ct">Cancels the run.</param>
    public async Task RunAsync(IReadOnlyList<Surface> surfaces, int threads, Action<long, long> begin, CancellationToken ct)
    {
        await listeners.AddAsync(ct);
        var now = time.GetUtcNow();
        var zones = await planner.TimeZonesAsync(ct);
        var shards = surfaces.SelectMany(surface => zones.SelectMany(zone => FanOutShard.All(surface, zone, now))).ToList();
        foreach (var ofZone in shards.GroupBy(shard => (shard.Surface, shard.TimeZone))) await planner.InsertAsync([.. ofZone], ct);
        var total = surfaces.Count * await listeners.CountAsync(ct);
        var before = await SumAsync(shards, ct);
        var isComplete = before.All(state => state.Walked == state.Shards);
        if (isComplete)
            foreach (var shard in shards) await database.CommitAsync(shard.Restart(now), ct);
        begin(total, isComplete ? 0 : before.Sum(state => state.Listeners));
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = ct };
        await Parallel.ForEachAsync(shards, options, async (shard, token) =>
        {
            // A home that serves may walk the shard too: then both advance it.
            while (await walker.StepAsync(shard, token) != ShardStep.Walked) token.ThrowIfCancellationRequested();
        });
    }

    // Time zones in which the week has not begun have the previous period.
    private async Task<List<FanOutState>> SumAsync(IEnumerable<FanOutShard> shards, CancellationToken ct)
    {
        var sums = new List<FanOutState>();
        foreach (var (surface, period) in shards.Select(shard => (shard.Surface, shard.Period)).Distinct())
            sums.Add(await states.ReadAsync(surface, period, ct));
        return sums;
    }
}
