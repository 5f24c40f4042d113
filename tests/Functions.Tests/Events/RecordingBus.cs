using System.Collections.Concurrent;
using System.Text.Json;
using Spotify.Domain.Ports;
using Spotify.Events;

namespace Spotify.Functions.Tests.Events;

/// <summary>A bus that keeps the messages in memory, after a handler of the test has accepted them.</summary>
internal sealed class RecordingBus : IMessageBus
{
    private readonly ConcurrentQueue<(Topic Topic, EventBatch Batch)> published = new();
    private int attempts;

    /// <summary>Handles a message before it counts as published.</summary>
    public Func<Topic, CancellationToken, Task> Accept { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>The number of messages that the bus was asked to publish.</summary>
    public int Attempts => attempts;

    /// <summary>Returns the batches that were published to a topic.</summary>
    public IReadOnlyList<EventBatch> Of(Topic topic) => [.. published.Where(one => one.Topic == topic).Select(one => one.Batch)];

    /// <summary>Returns the events that were published to a topic.</summary>
    public IEnumerable<ClientEvent> EventsOf(Topic topic) => Of(topic).SelectMany(batch => batch.Events);

    public async Task PublishAsync(Topic topic, IReadOnlyList<Message> messages, CancellationToken ct)
    {
        Interlocked.Increment(ref attempts);
        await Accept(topic, ct);
        foreach (var message in messages)
            published.Enqueue((topic, JsonSerializer.Deserialize(message.Body.Span, EventJson.Default.EventBatch)!));
    }
}
