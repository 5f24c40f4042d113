using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Spotify.Hosting.Telemetry;

/// <summary>Registration of the logs, traces and metrics of an instance, the same for every function.</summary>
public static class CloudTelemetry
{
    /// <summary>Sets <see cref="CloudLog"/> as the only log, and drops entries that repeat the entry of the request.</summary>
    public static void AddCloudLog(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.Services.TryAddSingleton(provider => new CloudLog(
            Console.OpenStandardOutput(), provider.GetRequiredService<IConfiguration>()));
        logging.Services.AddSingleton<ILoggerProvider, CloudLoggerProvider>();
        logging.AddFilter("Microsoft", LogLevel.Warning)
            // Kestrel warns of slow heartbeats, which are normal for an instance without CPU.
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error)
            // Program reports why an instance does not start.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            // The framework warns that the path of a push to "/" contains no topic.
            .AddFilter("Google.Cloud.Functions.Framework", LogLevel.Error)
            .AddFilter("System.Net.Http", LogLevel.Warning);
    }

    /// <summary>Adds the services of <see cref="UseTelemetry"/>.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.Replace(ServiceDescriptor.Singleton<DistributedContextPropagator, CloudTracePropagator>());
        services.AddSingleton<MetricLog>();
        return services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<MetricLog>());
    }

    /// <summary>Logs every request. Must come after routing, because entries contain the route.</summary>
    public static IApplicationBuilder UseTelemetry(this IApplicationBuilder app) => app.UseMiddleware<RequestLog>();
}
