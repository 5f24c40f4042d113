using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Spotify.Hosting;

/// <summary>
/// Registration of adapters, in the same way for every home. Every method can be called more than once; later calls change nothing.
/// </summary>
public static class AdapterServices
{
    /// <summary>Adds options that are bound from the configuration and validated at start.</summary>
    /// <param name="services">The services.</param>
    /// <param name="section">The section of the configuration; empty for the root.</param>
    /// <param name="configure">Sets the options that are not in the section.</param>
    public static IServiceCollection AddAdapterOptions<TOptions, TValidator>(
        this IServiceCollection services, string section, Action<TOptions, IConfiguration>? configure = null)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        if (services.Any(service => service.ImplementationType == typeof(TValidator))) return services;
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        services.AddOptions<TOptions>()
            .BindConfiguration(section)
            .Configure<IConfiguration>((options, configuration) => configure?.Invoke(options, configuration))
            .ValidateOnStart();
        return services;
    }

    /// <summary>Adds an adapter as a singleton and as the implementation of its port. Adds the clock and the metrics, too.</summary>
    /// <param name="services">The services.</param>
    /// <param name="warmUp">The adapter's warm-up step, if it has one.</param>
    /// <param name="create">Creates the adapter, unless its constructor gets only services.</param>
    public static IServiceCollection AddAdapter<TPort, TAdapter>(
        this IServiceCollection services,
        Func<TAdapter, CancellationToken, Task>? warmUp = null,
        Func<IServiceProvider, TAdapter>? create = null)
        where TPort : class
        where TAdapter : class, TPort
    {
        if (services.Any(service => service.ServiceType == typeof(TAdapter))) return services;
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        if (create is null) services.AddSingleton<TAdapter>();
        else services.AddSingleton(create);
        services.AddSingleton<TPort>(provider => provider.GetRequiredService<TAdapter>());
        if (warmUp is not null) services.AddWarmUp((provider, ct) => warmUp(provider.GetRequiredService<TAdapter>(), ct));
        return services;
    }
}
