using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Spotify.Functions.DeadLetters;

/// <summary>Registration of the archive of dead letters.</summary>
public static class DeadLetterServices
{
    /// <summary>Registers the consumer. Requires the object store.</summary>
    public static IServiceCollection AddDeadLetters(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton<DeadLetterMetrics>();
        services.TryAddSingleton<DeadLetterArchive>();
        return services;
    }
}
