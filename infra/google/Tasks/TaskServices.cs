using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.Tasks;

namespace Spotify.Google.Tasks;

/// <summary>Registration of <see cref="CloudTaskQueue"/>.</summary>
public static class TaskServices
{
    /// <summary>
    /// Adds <see cref="ITaskQueue"/> with <see cref="TaskOptions"/>, which must have the address of each queue. Can be called more than
    /// once.
    /// </summary>
    public static IServiceCollection AddCloudTasks(this IServiceCollection services, params IEnumerable<Queue> queues)
    {
        services.TryAddSingleton<Credentials>();
        foreach (var queue in queues)
        {
            services.AddOptions<TaskOptions>().Validate(
                options => options.BaseUrl is not null || options.Urls.ContainsKey(queue.Name),
                $"Tasks:Urls:{queue.Name} must be the address of the function that takes the tasks.");
        }

        return services
            .AddAdapterOptions<TaskOptions, TaskOptionsValidator>(TaskOptions.Section)
            .AddAdapter<ITaskQueue, CloudTaskQueue>((queue, ct) => queue.OpenAsync(ct));
    }
}
