using System.Text;

namespace Spotify.Domain.Ports;

/// <summary>A named stream of messages.</summary>
/// <param name="Name">Lower-case letters, digits and hyphens, beginning with a letter, but not with <c>goog</c>; 3 to 255 characters.</param>
public sealed record Topic(string Name)
{
    /// <summary>Where messages end that nobody can handle: each keeps its body and attributes, and gains those of <see cref="DeadLetter"/>.</summary>
    public static Topic DeadLetters { get; } = new("dead-letters");
}

/// <summary>A message. It may be delivered more than once, and after others that were published later.</summary>
/// <param name="Body">Up to 9,000,000 bytes, of a form that publisher and consumers agree on; UTF-8 JSON unless a topic says otherwise.</param>
/// <param name="Attributes">
/// What can be told without reading the body; up to 97 (three more are for <see cref="DeadLetter"/>), with names of 1 to 256 bytes in UTF-8, not
/// beginning with <c>goog</c>, and values of up to 1,024. Where there are none, there is a body.
/// </param>
public sealed record Message(ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>A message without attributes.</summary>
    public Message(ReadOnlyMemory<byte> body) : this(body, new Dictionary<string, string>())
    {
    }

    /// <summary>Its name within its topic, the same each time it is delivered: set by the bus, empty before. A publisher that repeats itself makes a new one.</summary>
    public string Id { get; init; } = "";

    /// <summary>When it was published: set by the bus.</summary>
    public DateTimeOffset PublishedAt { get; init; }
}

/// <summary>The attributes that a message gains on its way to <see cref="Topic.DeadLetters"/>.</summary>
public static class DeadLetter
{
    /// <summary>The subscription or queue whose consumer could not handle it.</summary>
    public const string Source = "dead-letter-source";

    /// <summary>Why, in one line.</summary>
    public const string Reason = "dead-letter-reason";

    /// <summary>The id that it had before.</summary>
    public const string MessageId = "dead-letter-message-id";

    /// <summary>
    /// What is published to <see cref="Topic.DeadLetters"/> in place of a message. Attributes that Pub/Sub has added, and those of other
    /// publishers that there is no room for, are left out: nobody may publish them.
    /// </summary>
    /// <param name="message">The message, with the id that it was delivered by.</param>
    /// <param name="source">The subscription or queue.</param>
    /// <param name="reason">Why; what does not fit in one line of an attribute is cut off.</param>
    public static Message Of(Message message, string source, string reason) => new(
        message.Body,
        new Dictionary<string, string>(message.Attributes.Where(attribute => MessageRules.IsPublishable(attribute.Key)).Take(MessageRules.MaxAttributes - MessageRules.DeadLetterAttributes))
        {
            [Source] = source, [Reason] = OneLine(reason), [MessageId] = message.Id,
        });

    private static string OneLine(string reason)
    {
        var line = new StringBuilder();
        var length = 0;
        foreach (var rune in reason.ReplaceLineEndings(" ").EnumerateRunes())
        {
            if ((length += rune.Utf8SequenceLength) > MessageRules.MaxAttributeValueLength) break;
            line.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return line.ToString();
    }
}

/// <summary>Topics: a durable queue on one machine, Pub/Sub in the cloud. Delivery is at least once, in no certain order.</summary>
public interface IMessageBus
{
    /// <summary>Publishes messages; when the task completes they are durable. When it fails, some may have been published.</summary>
    /// <exception cref="ArgumentException">The topic or a message is not of the form that it describes (<see cref="MessageRules"/>); none was published.</exception>
    Task PublishAsync(Topic topic, IReadOnlyList<Message> messages, CancellationToken ct);
}

/// <summary>What handles the messages of a subscription.</summary>
public interface IMessageConsumer
{
    /// <summary>
    /// Handles a message; every effect is done when the task completes, and repeats safely. When it throws, or takes longer than
    /// <see cref="Subscription.AckDeadline"/>, the message comes again later.
    /// </summary>
    /// <exception cref="PoisonMessageException">It will never be possible to handle it: it goes to <see cref="Topic.DeadLetters"/> at once.</exception>
    Task HandleAsync(Message message, CancellationToken ct);
}

/// <summary>A message, or a task, that cannot be handled however often it is tried.</summary>
/// <param name="reason">Why, in one line.</param>
public sealed class PoisonMessageException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>
/// How the messages of a topic come to one consumer. Every subscription gets every message. A message whose consumer has failed
/// <see cref="MaxDeliveries"/> times goes to <see cref="Topic.DeadLetters"/>; those of that topic itself are tried until they are handled.
/// </summary>
/// <param name="Name">Of the form of a topic's name.</param>
/// <param name="Topic">The topic.</param>
public sealed record Subscription(string Name, Topic Topic)
{
    /// <summary>How long one delivery may take, 10 s to 10 min.</summary>
    public TimeSpan AckDeadline { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a message waits after its first failure, 0 to 10 min; each further one doubles it.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it waits at most, 0 to 10 min.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often a message is delivered, 5 to 100.</summary>
    public int MaxDeliveries { get; init; } = 10;
}
