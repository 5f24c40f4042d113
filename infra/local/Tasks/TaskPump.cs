using System.Globalization;
using Spotify.Domain.Ports;
using Spotify.Local.Identity;
using Spotify.Local.Queues;
using Spotify.Web.Functions;
using Spotify.Web.Tasks;

namespace Spotify.Local.Tasks;

/// <summary>
/// A service that dispatches the tasks of every function's queue, as Cloud Tasks does: a POST with the token of a service account. Starts
/// when the host answers requests and ends before the host stops.
/// </summary>
internal sealed class TaskPump(
    QueueFile file, IReadOnlyList<FunctionDefinition> functions, ServiceClient client, TimeProvider time, ILogger<TaskPump> logger)
    : BackgroundService
{
    // The limit of one machine, which may be lower than that of the queue in the cloud.
    private const int MaxConcurrency = 64;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var queues = functions.Select(function => function.Queue).OfType<Queue>().ToList();
        return client.WhileServingAsync(ct => Task.WhenAll(queues.Select(queue => RunAsync(queue, ct))), stoppingToken);
    }

    private async Task RunAsync(Queue queue, CancellationToken ct)
    {
        // The function counts attempts and cancels handlers itself, so the dispatcher has a longer timeout and allows more attempts.
        var policy = DeliveryPolicy.Of(queue) with { MaxAttempts = queue.MaxDispatches, Timeout = queue.Deadline };
        using var loop = new DeliveryLoop(
            file,
            new Consumption(Deliveries.ConsumerOf(queue), policy, (delivery, dispatching) => DispatchAsync(queue, delivery, dispatching))
            {
                Concurrency = (int)Math.Min((long)queue.MaxConcurrentDispatches * queue.Shards, MaxConcurrency),
                RateLimit = new DispatchRate(queue.MaxDispatchesPerSecond * queue.Shards),
            },
            time,
            logger);
        await loop.RunAsync(ct);
    }

    private Task DispatchAsync(Queue queue, Delivery delivery, CancellationToken ct) => client.PostAsync(
        queue.Path,
        delivery.Message.Body,
        ct,
        (TaskEndpoints.QueueNameHeader, queue.Name),
        (TaskEndpoints.TaskNameHeader, delivery.Message.Id),
        (TaskEndpoints.RetryCountHeader, (delivery.Attempt - 1).ToString(CultureInfo.InvariantCulture)));
}
