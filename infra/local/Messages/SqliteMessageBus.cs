using Spotify.Domain.Ports;
using Spotify.Local.Queues;

namespace Spotify.Local.Messages;

/// <summary>
/// The topics of one machine. Messages wait in a <see cref="QueueFile"/> for the subscriptions that a host has declared there; any process
/// can publish them. <see cref="MessagePump"/> delivers them.
/// </summary>
public sealed class SqliteMessageBus(QueueFile file, BacklogLimits limits, TimeProvider time) : IMessageBus
{
    private int uncommitted;
    private long uncommittedBytes;

    /// <inheritdoc/>
    public async Task PublishAsync(Topic topic, IReadOnlyList<Message> messages, CancellationToken ct)
    {
        MessageRules.Check(topic, messages);
        ct.ThrowIfCancellationRequested();
        if (messages.Count == 0) return;
        var bytes = messages.Sum(message => (long)message.Body.Length);
        try
        {
            // A large message is accepted if no other waits.
            var (others, othersBytes) = (Interlocked.Increment(ref uncommitted) - 1, Interlocked.Add(ref uncommittedBytes, bytes) - bytes);
            if (others >= limits.Uncommitted || othersBytes >= limits.UncommittedBytes)
                throw new BusOverloadedException($"Too many messages of '{topic.Name}' and other topics wait for the disk.");
            var consumers = await file.WriteAsync(session => session.Publish(topic, messages, time.GetUtcNow(), limits), ct);
            foreach (var consumer in consumers) file.Wake(consumer);
        }
        finally
        {
            Interlocked.Decrement(ref uncommitted);
            Interlocked.Add(ref uncommittedBytes, -bytes);
        }
    }
}
