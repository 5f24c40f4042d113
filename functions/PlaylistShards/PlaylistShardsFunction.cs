using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Functions.PlaylistGenerator;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Functions.PlaylistShards;

/// <summary>The function <c>playlist-shards</c>.</summary>
public static class PlaylistShardsFunction
{
    // A walker enqueues 500 to 800 tasks per second. So many walkers fill the queue faster than it dispatches.
    private static readonly Queue Tasks = new("playlist-shards", "/tasks/playlist-shards")
    {
        MaxDispatchesPerSecond = 50,
        MaxConcurrentDispatches = 64,
        // An outage of hours must not end the walk.
        MaxAttempts = 90,
        MinBackoff = TimeSpan.FromSeconds(5),
        MaxBackoff = TimeSpan.FromMinutes(5),
        Deadline = TimeSpan.FromMinutes(10),
    };

    /// <summary>The definition.</summary>
    public static FunctionDefinition Definition { get; } = new("playlist-shards", Caller.Tasks)
    {
        AddServices = services => services.AddPlaylistShards(),
        MapRoutes = routes => routes
            .MapTask(
                Tasks, ShardTaskJson.Default.ShardTask,
                (PlaylistShards shards, ShardTask task, CancellationToken ct) => shards.HandleAsync(task, ct))
            .WithName("playlist-shards").WithSummary("Enqueue the generation of playlists for a shard of listeners"),
        Uses = new Resources { Database = Access.Write, Enqueues = [Tasks, PlaylistGeneratorFunction.Definition.Queue!] },
        Queue = Tasks,
        Timeout = Tasks.Deadline,
    };

    /// <summary>Registers the walk over shards. Requires the database and the task queue.</summary>
    public static IServiceCollection AddPlaylistShards(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ShardWalker>();
        services.TryAddSingleton<PlaylistShards>();
        return services;
    }
}
