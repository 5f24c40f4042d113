using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Spotify.Hosting;

/// <summary>
/// Work that an instance does before its first request, such as fetching credentials and connecting. Cloud Run gives an instance CPU
/// only during start and during requests, so the first listeners would wait for anything that is initialized lazily. Warm-up runs while
/// the server starts; requests that arrive earlier wait for it.
/// </summary>
public static class WarmUp
{
    /// <summary>Adds a warm-up step. The steps of a host run concurrently; a failed step stops the start.</summary>
    public static IServiceCollection AddWarmUp(this IServiceCollection services, Func<IServiceProvider, CancellationToken, Task> step)
    {
        services.TryAddSingleton<Runner>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, Runner>(provider => provider.GetRequiredService<Runner>()));
        return services.AddSingleton(new Step(step));
    }

    /// <summary>Removes every step added so far. For tests that replace the adapters.</summary>
    internal static IServiceCollection RemoveWarmUp(this IServiceCollection services) => services.RemoveAll<Step>();

    /// <summary>Delays requests until warm-up has finished.</summary>
    public static IApplicationBuilder UseWarmUp(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<Runner>() is not { } runner) return app;
        return app.Use(next => context => runner.Finished.IsCompletedSuccessfully ? next(context) : WaitAsync(next, context));

        async Task WaitAsync(RequestDelegate next, HttpContext context)
        {
            await runner.Finished.WaitAsync(context.RequestAborted);
            await next(context);
        }
    }

    private sealed record Step(Func<IServiceProvider, CancellationToken, Task> RunAsync);

    private sealed class Runner(IServiceProvider provider, IEnumerable<Step> steps) : IHostedLifecycleService
    {
        public Task Finished { get; private set; } = Task.CompletedTask;

        // Task.Run, because most of the time goes into JIT compilation of Google's libraries, which other cores can share.
        public Task StartingAsync(CancellationToken ct)
        {
            Finished = Task.WhenAll(steps.Select(step => Task.Run(() => step.RunAsync(provider, ct), ct)));
            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken ct) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken ct) => Finished;

        public Task StoppingAsync(CancellationToken ct) => Task.CompletedTask;

        public Task StopAsync(CancellationToken ct) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken ct) => Task.CompletedTask;
    }
}
