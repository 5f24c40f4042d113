using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.Training;

namespace Spotify.Google.Training;

/// <summary>Registration of <see cref="CloudRunTrainingJobs"/>.</summary>
public static class TrainingServices
{
    /// <summary>Adds <see cref="ITrainingJobs"/> with <see cref="TrainingJobOptions"/>. Can be called more than once.</summary>
    public static IServiceCollection AddTrainingJobs(this IServiceCollection services)
    {
        services.TryAddSingleton<Credentials>();
        return services
            .AddAdapterOptions<TrainingJobOptions, TrainingJobOptionsValidator>(TrainingJobOptions.Section)
            .AddAdapter<ITrainingJobs, CloudRunTrainingJobs>((jobs, ct) => jobs.OpenAsync(ct));
    }
}
