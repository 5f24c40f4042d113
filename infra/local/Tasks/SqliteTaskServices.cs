using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Local.Queues;

namespace Spotify.Local.Tasks;

/// <summary>Registration of <see cref="SqliteTaskQueue"/>.</summary>
public static class SqliteTaskServices
{
    /// <summary>
    /// Adds <see cref="ITaskQueue"/> and the dispatch of its tasks. Requires a <see cref="QueueFile"/>. Can be called more than once.
    /// </summary>
    public static IServiceCollection AddSqliteTasks(this IServiceCollection services)
    {
        services.TryAddSingleton<ITaskQueue, SqliteTaskQueue>();
        return services.AddHostedService<TaskPump>();
    }
}
