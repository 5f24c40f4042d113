using Spotify.Domain.Ports;
using Spotify.Local.Queues;
using Spotify.Web.Functions;
using Spotify.Web.Messages;

namespace Spotify.Local.Messages;

/// <summary>A service that delivers the messages of every function's subscription to its consumer while the host runs.</summary>
internal sealed class MessagePump(
    QueueFile file,
    IReadOnlyList<FunctionDefinition> functions,
    IServiceProvider services,
    TimeProvider time,
    ILogger<MessagePump> logger) : BackgroundService
{
    /// <summary>The number of messages of a subscription that are handled at the same time.</summary>
    public const int Concurrency = 16;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        functions.Select(function => function.Consumer).OfType<MessageConsumer>().Select(consumer => RunAsync(consumer, stoppingToken)));

    private async Task RunAsync(MessageConsumer consumer, CancellationToken ct)
    {
        var subscription = consumer.Subscription;
        using var loop = new DeliveryLoop(
            file,
            new Consumption(
                Deliveries.ConsumerOf(subscription),
                DeliveryPolicy.Of(subscription),
                (delivery, handling) => consumer.HandleAsync(services, delivery.Message, handling))
            {
                Concurrency = Concurrency,
            },
            time,
            logger);
        await loop.RunAsync(ct);
    }
}
