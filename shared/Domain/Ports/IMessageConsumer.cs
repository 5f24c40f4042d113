namespace Spotify.Domain.Ports;

/// <summary>A handler of the messages of a subscription.</summary>
/// <typeparam name="TBody">The parsed body, or <see cref="ReadOnlyMemory{T}"/> of bytes for messages of any format.</typeparam>
public interface IMessageConsumer<in TBody>
{
    /// <summary>
    /// Handles a message. All effects must be durable when the task completes, and must be safe to repeat because delivery is at least
    /// once. An exception, or a task that outlasts its <paramref name="ct"/>, causes redelivery.
    /// </summary>
    /// <exception cref="PoisonMessageException">
    /// The message cannot be handled. It goes to <see cref="Topic.DeadLetters"/> without further attempts.
    /// </exception>
    Task HandleAsync(TBody body, MessageContext message, CancellationToken ct);
}

/// <summary>The properties of a delivered message, without its body.</summary>
/// <param name="Id">The id within the topic, the same for every delivery of the message.</param>
/// <param name="PublishedAt">The time of publication.</param>
/// <param name="Attributes">The attributes that the publisher set.</param>
public sealed record MessageContext(string Id, DateTimeOffset PublishedAt, IReadOnlyDictionary<string, string> Attributes);

/// <summary>The error for a message or task that cannot be handled, so that retrying is useless.</summary>
/// <param name="reason">The reason, in one line.</param>
public sealed class PoisonMessageException(string reason, Exception? inner = null) : Exception(reason, inner);
