using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Spotify.Google.Telemetry;

/// <summary>Logs, traces and metrics of an instance, the same for every function.</summary>
internal static class CloudTelemetry
{
    /// <summary>Makes the instance's log the only one, and leaves out what the request's entry says already.</summary>
    public static void AddCloudLog(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.Services.TryAddSingleton(provider => new CloudLog(Console.OpenStandardOutput(), provider.GetRequiredService<IConfiguration>()));
        logging.Services.AddSingleton<ILoggerProvider, CloudLoggerProvider>();
        logging.AddFilter("Microsoft", LogLevel.Warning)
            // Slow heartbeats are what an instance without CPU has.
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error)
            // Why an instance does not start is said once, by Program.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            // It warns that a push to "/" does not name its topic.
            .AddFilter("Google.Cloud.Functions.Framework", LogLevel.Error)
            .AddFilter("System.Net.Http", LogLevel.Warning);
    }

    /// <summary>Adds what <see cref="UseTelemetry"/> needs.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.Replace(ServiceDescriptor.Singleton<DistributedContextPropagator, CloudTracePropagator>());
        services.AddSingleton<MetricLog>();
        return services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<MetricLog>());
    }

    /// <summary>Logs every request. It comes after routing, which says what route it is of.</summary>
    public static IApplicationBuilder UseTelemetry(this IApplicationBuilder app) => app.UseMiddleware<RequestLog>();
}
