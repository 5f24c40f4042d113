using System.Text;

namespace Spotify.Domain.Ports;

/// <summary>A named stream of messages.</summary>
/// <param name="Name">3 to 255 lower-case letters, digits and hyphens; starts with a letter, but not with <c>goog</c>.</param>
public sealed record Topic(string Name)
{
    /// <summary>
    /// The topic of messages and tasks that could not be handled. A dead letter has the original body and attributes, and those of
    /// <see cref="DeadLetter"/>.
    /// </summary>
    public static Topic DeadLetters { get; } = new("dead-letters");

    /// <summary>
    /// The topic of Cloud Storage's notifications about objects that arrive in the upload bucket. The messages have attributes only.
    /// </summary>
    public static Topic Uploads { get; } = new("uploads");

    /// <summary>The topic of starts and ends of streams, ad impressions and library changes, which are never dropped.</summary>
    public static Topic PlaybackEvents { get; } = new("playback-events");

    /// <summary>The topic of all other events of apps, which are dropped first when the bus is overloaded.</summary>
    public static Topic TelemetryEvents { get; } = new("telemetry-events");

    /// <summary>The topic of recorded plays with their engagement.</summary>
    public static Topic TasteUpdates { get; } = new("taste-updates");
}

/// <summary>A message. Delivery is at least once and in no particular order.</summary>
/// <param name="Body">Up to 9,000,000 bytes: UTF-8 JSON, unless the topic says otherwise.</param>
/// <param name="Attributes">
/// Properties that can be read without the body: up to 97 (three more are reserved for <see cref="DeadLetter"/>), with names of 1 to 256
/// bytes of UTF-8 that do not start with <c>goog</c>, and values of up to 1,024 bytes. Required if the body is empty.
/// </param>
public sealed record Message(ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>Creates a message without attributes.</summary>
    public Message(ReadOnlyMemory<byte> body) : this(body, new Dictionary<string, string>())
    {
    }

    /// <summary>
    /// The id within the topic, the same for every delivery. Set by the bus when the message is published. A message that is published
    /// twice has two ids.
    /// </summary>
    public string Id { get; init; } = "";

    /// <summary>The time of publication. Set by the bus.</summary>
    public DateTimeOffset PublishedAt { get; init; }
}

/// <summary>The additional attributes of messages in <see cref="Topic.DeadLetters"/>.</summary>
public static class DeadLetter
{
    /// <summary>The subscription or queue whose consumer could not handle the message.</summary>
    public const string Source = "dead-letter-source";

    /// <summary>The reason, in one line.</summary>
    public const string Reason = "dead-letter-reason";

    /// <summary>The original id of the message.</summary>
    public const string MessageId = "dead-letter-message-id";

    /// <summary>
    /// Returns the message to publish to <see cref="Topic.DeadLetters"/>. Drops attributes that may not be published: those added by
    /// Pub/Sub, and those beyond the limit.
    /// </summary>
    /// <param name="message">The message as delivered, with its id.</param>
    /// <param name="source">The subscription or queue.</param>
    /// <param name="reason">The reason. Shortened to one line of an attribute's maximum length.</param>
    public static Message Of(Message message, string source, string reason) => new(
        message.Body,
        new Dictionary<string, string>(message.Attributes.Where(attribute => MessageRules.IsPublishable(attribute.Key))
            .Take(MessageRules.MaxAttributes - MessageRules.DeadLetterAttributes))
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

/// <summary>A publisher of messages: to a durable queue on one machine, to Pub/Sub in the cloud.</summary>
public interface IMessageBus
{
    /// <summary>Publishes messages. They are durable when the task completes; if it fails, some may have been published.</summary>
    /// <exception cref="ArgumentException">The topic or a message breaks <see cref="MessageRules"/>; nothing was published.</exception>
    /// <exception cref="BusOverloadedException">The bus accepts no more messages of the topic at the moment.</exception>
    Task PublishAsync(Topic topic, IReadOnlyList<Message> messages, CancellationToken ct);
}

/// <summary>
/// The error of a bus that accepts no more messages of a topic at the moment: too many wait, or the bus cannot be reached in time. A
/// <see cref="TimeoutException"/>, because callers treat both as transient.
/// </summary>
/// <param name="message">The topic and the reason.</param>
/// <param name="inner">The error of the bus, if any.</param>
public sealed class BusOverloadedException(string message, Exception? inner = null) : TimeoutException(message, inner)
{
    /// <summary>The time after which a client may repeat its request.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
}

/// <summary>
/// A subscription, which delivers every message of a topic to one consumer. A message that fails <see cref="MaxDeliveries"/> times goes to
/// <see cref="Topic.DeadLetters"/>. Messages of that topic are retried until they are handled.
/// </summary>
/// <param name="Name">The name, in the format of topic names.</param>
/// <param name="Topic">The topic.</param>
public sealed record Subscription(string Name, Topic Topic)
{
    /// <summary>
    /// The time that one delivery may take, 10 s to 10 min. A function definition derives it from the function's timeout.
    /// </summary>
    public TimeSpan AckDeadline { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The delay after the first failure, 0 to 10 min. Each further failure doubles it.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The maximum delay, 0 to 10 min.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The number of deliveries, 5 to 100.</summary>
    public int MaxDeliveries { get; init; } = 10;
}
