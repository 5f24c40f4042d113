using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.Messages;

namespace Spotify.Google.Messages;

/// <summary>Registration of <see cref="PubSubMessageBus"/>.</summary>
public static class PubSubServices
{
    /// <summary>Adds <see cref="IMessageBus"/> with <see cref="PubSubOptions"/>. Can be called more than once.</summary>
    public static IServiceCollection AddPubSub(this IServiceCollection services)
    {
        services.TryAddSingleton<Credentials>();
        return services
            .AddAdapterOptions<PubSubOptions, PubSubOptionsValidator>(
                PubSubOptions.Section,
                (options, configuration) => options.EmulatorHost = configuration[PubSubOptions.EmulatorVariable])
            .AddAdapter<IMessageBus, PubSubMessageBus>((bus, ct) => bus.OpenAsync(ct));
    }
}
