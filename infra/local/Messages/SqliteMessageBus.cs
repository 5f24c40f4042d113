using Spotify.Domain.Ports;
using Spotify.Local.Queues;

namespace Spotify.Local.Messages;

/// <summary>
/// The topics of one machine: messages wait in a <see cref="QueueFile"/> for the subscriptions that a host has declared there, whichever process
/// publishes them. <see cref="MessagePump"/> delivers them.
/// </summary>
public sealed class SqliteMessageBus(QueueFile file, TimeProvider time) : IMessageBus
{
    /// <inheritdoc/>
    public async Task PublishAsync(Topic topic, IReadOnlyList<Message> messages, CancellationToken ct)
    {
        MessageRules.Check(topic, messages);
        ct.ThrowIfCancellationRequested();
        if (messages.Count == 0) return;
        foreach (var consumer in await file.WriteAsync(session => session.Publish(topic, messages, time.GetUtcNow()), ct)) file.Wake(consumer);
    }
}
