using System.Text;
using System.Text.RegularExpressions;

namespace Spotify.Domain.Ports;

/// <summary>The limits that every <see cref="IMessageBus"/> enforces, so that all adapters reject the same input.</summary>
public static partial class MessageRules
{
    /// <summary>The maximum size of a body, in bytes.</summary>
    public const int MaxBodyLength = 9_000_000;

    /// <summary>
    /// The maximum number of attributes, including those of <see cref="DeadLetter"/>, which only messages of
    /// <see cref="Topic.DeadLetters"/> have.
    /// </summary>
    public const int MaxAttributes = 100;

    /// <summary>The maximum length of an attribute's name, in bytes of UTF-8.</summary>
    public const int MaxAttributeNameLength = 256;

    /// <summary>The maximum length of an attribute's value, in bytes of UTF-8.</summary>
    public const int MaxAttributeValueLength = 1024;

    internal const int DeadLetterAttributes = 3;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Checks messages before they are published.</summary>
    /// <exception cref="ArgumentException">The topic's name or a message is invalid.</exception>
    public static void Check(Topic topic, IReadOnlyList<Message> messages)
    {
        Check(topic);
        var maxAttributes = topic == Topic.DeadLetters ? MaxAttributes : MaxAttributes - DeadLetterAttributes;
        for (var i = 0; i < messages.Count; i++)
            if (Problem(messages[i], maxAttributes) is { } problem)
                throw new ArgumentException($"Message {i} for {topic.Name}: {problem}.", nameof(messages));
    }

    /// <summary>Checks a topic's name.</summary>
    /// <exception cref="ArgumentException">The name is invalid.</exception>
    public static void Check(Topic topic)
    {
        if (!IsName(topic.Name)) throw new ArgumentException($"'{topic.Name}' is not a valid topic name: {NameFormat}.", nameof(topic));
    }

    /// <summary>Checks a subscription.</summary>
    /// <exception cref="ArgumentException">A value is out of its documented range.</exception>
    public static void Check(Subscription subscription)
    {
        Check(subscription.Topic);
        if (!IsName(subscription.Name))
            throw new ArgumentException($"'{subscription.Name}' is not a valid subscription name: {NameFormat}.", nameof(subscription));
        if (Problem() is { } problem) throw new ArgumentException($"Subscription {subscription.Name}: {problem}.", nameof(subscription));

        string? Problem()
        {
            var (deadline, min, max) = (subscription.AckDeadline, subscription.MinBackoff, subscription.MaxBackoff);
            if (deadline < TimeSpan.FromSeconds(10) || deadline > LongestDelay) return "AckDeadline must be 10 s to 10 min";
            if (min < TimeSpan.Zero || max > LongestDelay || min > max)
                return "the backoff must be 0 to 10 min, and MinBackoff at most MaxBackoff";
            return subscription.MaxDeliveries is < 5 or > 100 ? "MaxDeliveries must be 5 to 100" : null;
        }
    }

    private const string NameFormat = "3 to 255 lower-case letters, digits and hyphens, starting with a letter but not with 'goog'";

    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    private static bool IsName(string name) => NamePattern().IsMatch(name) && !name.StartsWith("goog", StringComparison.Ordinal);

    /// <summary>Returns whether an attribute may have a name; Pub/Sub reserves those that start with <c>goog</c>.</summary>
    internal static bool IsPublishable(string attribute) =>
        Length(attribute) is > 0 and <= MaxAttributeNameLength && !attribute.StartsWith("goog", StringComparison.Ordinal);

    private static string? Problem(Message message, int maxAttributes)
    {
        if (message.Body.Length > MaxBodyLength) return $"the body has {message.Body.Length} bytes, more than {MaxBodyLength}";
        if (message.Body.IsEmpty && message.Attributes.Count == 0) return "a message needs a body or attributes";
        if (message.Attributes.Count > maxAttributes) return $"it has {message.Attributes.Count} attributes, more than {maxAttributes}";
        foreach (var (name, value) in message.Attributes)
        {
            if (!IsPublishable(name))
                return $"an attribute's name must have 1 to {MaxAttributeNameLength} bytes of UTF-8 and must not start with 'goog'";
            if (value is null || Length(value) is not (>= 0 and <= MaxAttributeValueLength))
                return $"the value of attribute '{name}' must have at most {MaxAttributeValueLength} bytes of UTF-8";
        }

        return null;
    }

    // Returns -1 for text with a lone surrogate, which has no UTF-8 form.
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
