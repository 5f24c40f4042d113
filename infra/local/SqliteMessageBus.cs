using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Queues;

namespace Spotify.Local;

/// <summary>
/// The topics of one machine: messages wait in a <see cref="QueueFile"/> for the subscriptions that a host has declared there, whichever process
/// publishes them. <see cref="MessagePump"/> delivers them.
/// </summary>
public sealed class SqliteMessageBus : IMessageBus
{
    /// <summary>How long a subscription that no host declares any more keeps its messages: as long as one of Pub/Sub does.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(7);

    private readonly QueueFile file;
    private readonly TimeProvider time;

    /// <summary>A bus that has the given subscriptions, beside those that the file has already.</summary>
    public SqliteMessageBus(QueueFile file, IEnumerable<Subscription> subscriptions, TimeProvider time)
    {
        this.file = file;
        this.time = time;
        DeclareAsync([.. subscriptions]).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public async Task PublishAsync(Topic topic, IReadOnlyList<Message> messages, CancellationToken ct)
    {
        MessageRules.Check(topic, messages);
        ct.ThrowIfCancellationRequested();
        if (messages.Count == 0) return;
        foreach (var consumer in await file.WriteAsync(session => session.Publish(topic, messages, time.GetUtcNow()), ct)) file.Wake(consumer);
    }

    /// <summary>Makes subscriptions, or moves them to other topics.</summary>
    internal async Task DeclareAsync(IReadOnlyList<Subscription> subscriptions)
    {
        foreach (var subscription in subscriptions) MessageRules.Check(subscription);
        if (subscriptions.Count == 0) return;
        await file.WriteAsync(
            session =>
            {
                var now = time.GetUtcNow();
                foreach (var subscription in subscriptions)
                    session.Execute(
                        "INSERT INTO Subscriptions (Name, Topic, DeclaredAt) VALUES (@name, @topic, @now) ON CONFLICT (Name) DO UPDATE SET Topic = @topic, DeclaredAt = @now",
                        new Parameters { { "name", subscription.Name }, { "topic", subscription.Topic.Name }, { "now", now } });
                session.Forget(now - Retention);
                return true;
            },
            CancellationToken.None);
    }
}
