using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Spotify.Google;

/// <summary>
/// What an instance does before it takes its first request: Cloud Run gives CPU during requests alone, so credentials that are
/// fetched lazily make the first listeners wait, or fail them.
/// </summary>
public static class Opening
{
    /// <summary>Adds something to open when the host starts. All of it is opened at once; a failure stops the start.</summary>
    public static IServiceCollection AddOpening(this IServiceCollection services, Func<IServiceProvider, Task> open) =>
        services.AddOpening((provider, _) => open(provider));

    /// <inheritdoc cref="AddOpening(IServiceCollection, Func{IServiceProvider, Task})"/>
    public static IServiceCollection AddOpening(this IServiceCollection services, Func<IServiceProvider, CancellationToken, Task> open)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, Openings>());
        return services.AddSingleton(new Step(open));
    }

    private sealed record Step(Func<IServiceProvider, CancellationToken, Task> OpenAsync);

    private sealed class Openings(IServiceProvider provider, IEnumerable<Step> steps) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken ct) => Task.WhenAll(steps.Select(step => step.OpenAsync(provider, ct)));

        public Task StartAsync(CancellationToken ct) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken ct) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken ct) => Task.CompletedTask;

        public Task StopAsync(CancellationToken ct) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken ct) => Task.CompletedTask;
    }
}
