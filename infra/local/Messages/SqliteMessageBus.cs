using Spotify.Domain.Ports;
using Spotify.Local.Queues;

namespace Spotify.Local.Messages;

/// <summary>
/// The topics of one machine. Messages wait in a <see cref="QueueFile"/> for the subscriptions that a host has declared there; any process
/// can publish them. <see cref="MessagePump"/> delivers them.
/// </summary>
public sealed class SqliteMessageBus(QueueFile file, TimeProvider time) : IMessageBus
{
    /// <inheritdoc/>
    public async Task PublishAsync(Topic topic, IReadOnlyList<Message> messages, CancellationToken ct)
    {
        MessageRules.Check(topic, messages);
        ct.ThrowIfCancellationRequested();
        if (messages.Count == 0) return;
        var consumers = await file.WriteAsync(session => session.Publish(topic, messages, time.GetUtcNow()), ct);
        foreach (var consumer in consumers) file.Wake(consumer);
    }
}
