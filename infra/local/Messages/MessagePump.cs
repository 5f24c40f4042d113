using Spotify.Domain.Ports;
using Spotify.Local.Queues;
using Spotify.Web.Messaging;

namespace Spotify.Local.Messages;

/// <summary>Delivers the messages of every subscription to its consumer, for as long as the host runs.</summary>
internal sealed class MessagePump(QueueFile file, IEnumerable<SubscribedConsumer> consumers, TimeProvider time, ILogger<MessagePump> logger) : BackgroundService
{
    private const int Concurrency = 16;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(consumers.Select(consumer => RunAsync(consumer, stoppingToken)));

    private async Task RunAsync(SubscribedConsumer subscribed, CancellationToken ct)
    {
        var subscription = subscribed.Subscription;
        using var loop = new DeliveryLoop(
            file,
            new Consumption(Deliveries.ConsumerOf(subscription), subscription.Name, (delivery, handling) => subscribed.Consumer.HandleAsync(delivery.Message, handling))
            {
                Deadline = subscription.AckDeadline,
                MinBackoff = subscription.MinBackoff,
                MaxBackoff = subscription.MaxBackoff,
                MaxAttempts = subscription.Topic == Topic.DeadLetters ? null : subscription.MaxDeliveries,
                Concurrency = Concurrency,
            },
            time,
            logger);
        await loop.RunAsync(ct);
    }
}
