using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Domain.Ports;

namespace Spotify.Web.Messaging;

/// <summary>A consumer and the subscription that it handles the messages of. What delivers messages finds every one among the services.</summary>
public sealed record SubscribedConsumer(Subscription Subscription, IMessageConsumer Consumer);

/// <summary>Adds consumers to a host.</summary>
public static class ConsumerServices
{
    /// <summary>
    /// Adds a consumer and its subscription. The <see cref="Subscription"/> is a service by itself too, for a bus that has to know the
    /// subscriptions without making their consumers.
    /// </summary>
    /// <exception cref="ArgumentException">The subscription is not of the form that it describes.</exception>
    public static IServiceCollection AddConsumer<TConsumer>(this IServiceCollection services, Subscription subscription) where TConsumer : class, IMessageConsumer
    {
        MessageRules.Check(subscription);
        services.TryAddSingleton<TConsumer>();
        return services.AddSingleton(subscription)
            .AddSingleton(provider => new SubscribedConsumer(subscription, provider.GetRequiredService<TConsumer>()));
    }
}
