using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.Tasks;

namespace Spotify.Google.Tasks;

/// <summary>Registration of <see cref="CloudTaskQueue"/>.</summary>
public static class TaskServices
{
    /// <summary>Adds <see cref="ITaskQueue"/> with <see cref="TaskOptions"/>. Can be called more than once.</summary>
    public static IServiceCollection AddCloudTasks(this IServiceCollection services)
    {
        services.TryAddSingleton<Credentials>();
        return services
            .AddAdapterOptions<TaskOptions, TaskOptionsValidator>(TaskOptions.Section)
            .AddAdapter<ITaskQueue, CloudTaskQueue>((queue, ct) => queue.OpenAsync(ct));
    }
}
