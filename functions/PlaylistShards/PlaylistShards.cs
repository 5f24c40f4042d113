using Spotify.Domain.Ports;
using Spotify.Functions.WeeklyPlaylists;

namespace Spotify.Functions.PlaylistShards;

/// <summary>
/// The handler of shard tasks. Enqueues the listeners of a shard page by page for a few minutes, then continues in another task. Any number
/// of tasks of a shard in any order leave it with the same listeners enqueued.
/// </summary>
public sealed class PlaylistShards(ShardWalker walker, ITaskQueue tasks, TimeProvider time)
{
    /// <summary>The time after which a task continues in another one.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromMinutes(4);

    /// <summary>The time until a shard looks again whether the generator has caught up.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    // The clocks of the queue and of the function may differ.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>Handles a task.</summary>
    /// <exception cref="PoisonMessageException">The task is invalid.</exception>
    public async Task HandleAsync(ShardTask task, CancellationToken ct)
    {
        var shard = task.ToShard();
        var start = time.GetUtcNow();
        if (shard.IsOver(start)) return;
        if (start < shard.DueAt - Tolerance)
        {
            await ContinueAsync(shard.DueAt + Pause);
            return;
        }

        while (true)
        {
            var step = await walker.StepAsync(shard, ct);
            if (step is ShardStep.Walked or ShardStep.Overtaken) return;
            var now = time.GetUtcNow();
            if (step == ShardStep.Waiting || now - start >= Budget)
            {
                await ContinueAsync(step == ShardStep.Waiting ? now + Pause : now);
                return;
            }
        }

        Task ContinueAsync(DateTimeOffset at) =>
            tasks.EnqueueAsync(PlaylistShardsFunction.Definition.Queue!, [ShardTask.Request(shard, at)], ct);
    }
}
