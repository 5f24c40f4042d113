using System.Text.Json.Serialization.Metadata;
using Spotify.Domain.Ports;

namespace Spotify.Web.Messages;

/// <summary>A subscription and the service that handles its messages.</summary>
public sealed class MessageConsumer
{
    private readonly Func<IServiceProvider, Message, CancellationToken, Task> handle;

    private MessageConsumer(Subscription subscription, Func<IServiceProvider, Message, CancellationToken, Task> handle)
    {
        MessageRules.Check(subscription);
        (Subscription, this.handle) = (subscription, handle);
    }

    /// <summary>The subscription.</summary>
    public Subscription Subscription { get; }

    /// <summary>Returns a consumer of JSON messages. A body of another format is poison.</summary>
    /// <typeparam name="TConsumer">The service that handles a message.</typeparam>
    /// <typeparam name="TBody">The type of the body.</typeparam>
    /// <exception cref="ArgumentException">The subscription breaks <see cref="MessageRules"/>.</exception>
    public static MessageConsumer Of<TConsumer, TBody>(Subscription subscription, JsonTypeInfo<TBody> json)
        where TConsumer : IMessageConsumer<TBody>
        where TBody : class =>
        new(subscription, (services, message, ct) =>
            services.GetRequiredService<TConsumer>().HandleAsync(JsonMessage.Parse(message.Body, json), ContextOf(message), ct));

    /// <summary>Returns a consumer of messages of any format.</summary>
    /// <typeparam name="TConsumer">The service that handles a message.</typeparam>
    /// <exception cref="ArgumentException">The subscription breaks <see cref="MessageRules"/>.</exception>
    public static MessageConsumer OfBytes<TConsumer>(Subscription subscription) where TConsumer : IMessageConsumer<ReadOnlyMemory<byte>> =>
        new(subscription, (services, message, ct) =>
            services.GetRequiredService<TConsumer>().HandleAsync(message.Body, ContextOf(message), ct));

    /// <summary>Handles a message.</summary>
    /// <exception cref="PoisonMessageException">The message can never be handled.</exception>
    public Task HandleAsync(IServiceProvider services, Message message, CancellationToken ct) => handle(services, message, ct);

    /// <summary>Returns the same consumer with another deadline.</summary>
    internal MessageConsumer WithDeadline(TimeSpan deadline) => new(Subscription with { AckDeadline = deadline }, handle);

    private static MessageContext ContextOf(Message message) => new(message.Id, message.PublishedAt, message.Attributes);
}
