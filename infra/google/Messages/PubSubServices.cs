using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;

namespace Spotify.Google.Messages;

/// <summary>Registers what publishes to Pub/Sub.</summary>
public static class PubSubServices
{
    /// <summary>Adds <see cref="IMessageBus"/> on the topics of <see cref="PubSubOptions"/>, which are checked at start. It may be called more than once.</summary>
    public static IServiceCollection AddPubSub(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(PubSubMessageBus))) return services;
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<PubSubOptions>, PubSubOptionsValidator>();
        services.AddOptions<PubSubOptions>().BindConfiguration(PubSubOptions.Section)
            .Configure<IConfiguration>((options, configuration) => options.EmulatorHost = configuration[PubSubOptions.EmulatorVariable]).ValidateOnStart();
        services.AddSingleton<PubSubMessageBus>();
        services.AddSingleton<IMessageBus>(provider => provider.GetRequiredService<PubSubMessageBus>());
        return services.AddOpening(provider => provider.GetRequiredService<PubSubMessageBus>().OpenAsync());
    }
}
