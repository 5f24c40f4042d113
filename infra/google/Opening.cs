using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Spotify.Google;

/// <summary>
/// What an instance does before it handles its first request: Cloud Run gives CPU during requests alone, so credentials that are
/// fetched lazily make the first listeners wait, or fail them. It is done while the server starts, and requests that are there before
/// it is done wait for it.
/// </summary>
public static class Opening
{
    /// <summary>Adds something to open when the host starts. All of it is opened at once; a failure stops the start.</summary>
    public static IServiceCollection AddOpening(this IServiceCollection services, Func<IServiceProvider, Task> open) =>
        services.AddOpening((provider, _) => open(provider));

    /// <inheritdoc cref="AddOpening(IServiceCollection, Func{IServiceProvider, Task})"/>
    public static IServiceCollection AddOpening(this IServiceCollection services, Func<IServiceProvider, CancellationToken, Task> open)
    {
        services.TryAddSingleton<Openings>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, Openings>(provider => provider.GetRequiredService<Openings>()));
        return services.AddSingleton(new Step(open));
    }

    /// <summary>Lets requests wait for what is being opened.</summary>
    public static IApplicationBuilder UseOpening(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<Openings>() is not { } openings) return app;
        return app.Use(next => context => openings.Opened.IsCompletedSuccessfully ? next(context) : WaitAsync(next, context));

        async Task WaitAsync(RequestDelegate next, HttpContext context)
        {
            await openings.Opened.WaitAsync(context.RequestAborted);
            await next(context);
        }
    }

    private sealed record Step(Func<IServiceProvider, CancellationToken, Task> OpenAsync);

    private sealed class Openings(IServiceProvider provider, IEnumerable<Step> steps) : IHostedLifecycleService
    {
        public Task Opened { get; private set; } = Task.CompletedTask;

        // On threads of their own: most of the time goes into compiling Google's libraries, and another core is idle.
        public Task StartingAsync(CancellationToken ct)
        {
            Opened = Task.WhenAll(steps.Select(step => Task.Run(() => step.OpenAsync(provider, ct), ct)));
            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken ct) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken ct) => Opened;

        public Task StoppingAsync(CancellationToken ct) => Task.CompletedTask;

        public Task StopAsync(CancellationToken ct) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken ct) => Task.CompletedTask;
    }
}
