using System.Text;
using System.Text.RegularExpressions;

namespace Spotify.Domain.Ports;

/// <summary>What every <see cref="IMessageBus"/> takes, so that all refuse alike.</summary>
public static partial class MessageRules
{
    /// <summary>The largest body, in bytes.</summary>
    public const int MaxBodyLength = 9_000_000;

    /// <summary>The most attributes; a message for another topic than <see cref="Topic.DeadLetters"/> leaves room for those of <see cref="DeadLetter"/>.</summary>
    public const int MaxAttributes = 100;

    /// <summary>The longest name of an attribute, in bytes of UTF-8.</summary>
    public const int MaxAttributeNameLength = 256;

    /// <summary>The longest value of an attribute, in bytes of UTF-8.</summary>
    public const int MaxAttributeValueLength = 1024;

    internal const int DeadLetterAttributes = 3;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Checks what is to be published.</summary>
    /// <exception cref="ArgumentException">The topic's name or a message is not of the form that is described there.</exception>
    public static void Check(Topic topic, IReadOnlyList<Message> messages)
    {
        Check(topic);
        var maxAttributes = topic == Topic.DeadLetters ? MaxAttributes : MaxAttributes - DeadLetterAttributes;
        for (var i = 0; i < messages.Count; i++)
            if (Mistake(messages[i], maxAttributes) is { } mistake) throw new ArgumentException($"Message {i} for {topic.Name}: {mistake}.", nameof(messages));
    }

    /// <summary>Checks a topic's name.</summary>
    /// <exception cref="ArgumentException">It is not of the form that is described there.</exception>
    public static void Check(Topic topic)
    {
        if (!IsName(topic.Name)) throw new ArgumentException($"'{topic.Name}' is no name of a topic: {NameForm}.", nameof(topic));
    }

    /// <summary>Checks a subscription.</summary>
    /// <exception cref="ArgumentException">A value of it is out of the range that is described there.</exception>
    public static void Check(Subscription subscription)
    {
        Check(subscription.Topic);
        if (!IsName(subscription.Name)) throw new ArgumentException($"'{subscription.Name}' is no name of a subscription: {NameForm}.", nameof(subscription));
        if (Mistake() is { } mistake) throw new ArgumentException($"Subscription {subscription.Name}: {mistake}.", nameof(subscription));

        string? Mistake() =>
            subscription.AckDeadline < TimeSpan.FromSeconds(10) || subscription.AckDeadline > TimeSpan.FromMinutes(10) ? "the deadline is 10 s to 10 min"
            : subscription.MinBackoff < TimeSpan.Zero || subscription.MaxBackoff > TimeSpan.FromMinutes(10) || subscription.MinBackoff > subscription.MaxBackoff
                ? "the backoff is 0 to 10 min, and the least is not above the most"
            : subscription.MaxDeliveries is < 5 or > 100 ? "deliveries are 5 to 100"
            : null;
    }

    private const string NameForm = "3 to 255 lower-case letters, digits and hyphens are wanted, a letter first, and not 'goog'";

    private static bool IsName(string name) => NamePattern().IsMatch(name) && !name.StartsWith("goog", StringComparison.Ordinal);

    /// <summary>Whether an attribute may have that name: those of Pub/Sub itself are its own.</summary>
    internal static bool IsPublishable(string attribute) => Length(attribute) is > 0 and <= MaxAttributeNameLength && !attribute.StartsWith("goog", StringComparison.Ordinal);

    private static string? Mistake(Message message, int maxAttributes)
    {
        if (message.Body.Length > MaxBodyLength) return $"the body has {message.Body.Length} bytes, more than {MaxBodyLength}";
        if (message.Body.IsEmpty && message.Attributes.Count == 0) return "it has neither a body nor attributes";
        if (message.Attributes.Count > maxAttributes) return $"it has {message.Attributes.Count} attributes, more than {maxAttributes}";
        foreach (var (name, value) in message.Attributes)
        {
            if (!IsPublishable(name))
                return $"the name of an attribute has 1 to {MaxAttributeNameLength} bytes in UTF-8 and does not begin with 'goog'";
            if (value is null || Length(value) is not (>= 0 and <= MaxAttributeValueLength))
                return $"the value of an attribute has up to {MaxAttributeValueLength} bytes in UTF-8; that of '{name}' has not";
        }

        return null;
    }

    // -1 for half of a surrogate pair.
    private static int Length(string text)
    {
        try
        {
            return Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            return -1;
        }
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{2,254}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
