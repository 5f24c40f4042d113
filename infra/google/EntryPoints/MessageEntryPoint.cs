using Google.Events.Protobuf.Cloud.PubSub.V1;
using Spotify.Domain.Ports;
using Spotify.Google.Messages;
using Spotify.Web.Identity;
using Message = Spotify.Domain.Ports.Message;

namespace Spotify.Google.EntryPoints;

/// <summary>
/// A function that handles the messages of a subscription. A 2xx acknowledges one, and is answered once the consumer is done, or the message is
/// among the dead letters; anything else brings it again. What no sender of messages would send is answered 400 and logged.
/// </summary>
/// <typeparam name="TConsumer">What handles a message.</typeparam>
/// <param name="subscription">The subscription, deployed under the same name.</param>
/// <param name="services">Adds the consumer and the adapters that it uses.</param>
public abstract partial class MessageEntryPoint<TConsumer>(Subscription subscription, Action<IServiceCollection> services)
    : FunctionEntryPoint(services, _ => { })
    where TConsumer : class, IMessageConsumer
{
    /// <inheritdoc/>
    public sealed override async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await base.HandleAsync(context);
            return;
        }

        await context.RequestServices.GetRequiredService<ServiceCallerVerifier>().VerifyAsync(context.Request, context.RequestAborted);
        await new Delivery(context, subscription, await ReadAsync(context)).HandleAsync();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <inheritdoc/>
    protected sealed override void AddKind(IServiceCollection services)
    {
        services.AddServiceCallers();
        // Dead letters have nowhere else to go.
        if (subscription.Topic != Topic.DeadLetters) services.AddPubSub();
    }

    private static async Task<MessagePublishedData> ReadAsync(HttpContext context)
    {
        try
        {
            return await PushedMessage.ReadAsync(context.Request);
        }
        catch (BadHttpRequestException e)
        {
            LogMalformed(Logger(context), e.Message);
            throw;
        }
    }

    private static ILogger Logger(HttpContext context) => context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Spotify.Google.Messages");

    [LoggerMessage(Level = LogLevel.Warning, Message = "A delivery was refused: {Reason}")]
    private static partial void LogMalformed(ILogger logger, string reason);

    /// <summary>One delivery of a message.</summary>
    private sealed partial class Delivery(HttpContext context, Subscription subscription, MessagePublishedData pushed)
    {
        private readonly ILogger logger = Logger(context);
        private readonly Message message = new(pushed.Message.Data.Memory, Attributes(pushed.Message.Attributes))
        {
            Id = pushed.Message.MessageId,
            PublishedAt = pushed.Message.PublishTime?.ToDateTimeOffset() ?? default,
        };

        // Pub/Sub counts deliveries where the subscription has a dead-letter policy, and says 0 where it has none.
        private int Attempt => pushed.DeliveryAttempt;

        private bool EndsInDeadLetters => subscription.Topic != Topic.DeadLetters;

        public async Task HandleAsync()
        {
            if (EndsInDeadLetters && Attempt > subscription.MaxDeliveries)
            {
                // The instance died at the last attempt, or could not tell of it.
                await BuryAsync($"It was delivered {subscription.MaxDeliveries} times, and the last is not known to have ended.");
                return;
            }

            using var deadline = new CancellationTokenSource(subscription.AckDeadline, context.RequestServices.GetRequiredService<TimeProvider>());
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
            try
            {
                await context.RequestServices.GetRequiredService<TConsumer>().HandleAsync(message, either.Token);
            }
            catch (PoisonMessageException e) when (EndsInDeadLetters)
            {
                await BuryAsync(e.Message);
            }
            catch (Exception e) when (EndsInDeadLetters && Attempt >= subscription.MaxDeliveries && !context.RequestAborted.IsCancellationRequested)
            {
                LogFailure(e, message.Id, subscription.Name, Attempt);
                await BuryAsync(deadline.IsCancellationRequested ? $"It took longer than {subscription.AckDeadline}." : $"{e.GetType().Name}: {e.Message}");
            }
        }

        private Task BuryAsync(string reason)
        {
            LogDeadLetter(message.Id, subscription.Name, reason);
            return context.RequestServices.GetRequiredService<IMessageBus>()
                .PublishAsync(Topic.DeadLetters, [DeadLetter.Of(message, subscription.Name, reason)], context.RequestAborted);
        }

        // What Pub/Sub itself has moved to the dead letters says so in attributes of its own.
        private static IReadOnlyDictionary<string, string> Attributes(IDictionary<string, string> given)
        {
            var attributes = new Dictionary<string, string>(given, StringComparer.Ordinal);
            if (given.TryGetValue("CloudPubSubDeadLetterSourceSubscription", out var source) && attributes.TryAdd(DeadLetter.Source, source))
                attributes[DeadLetter.Reason] = $"Pub/Sub gave up after {attributes.GetValueOrDefault("CloudPubSubDeadLetterSourceDeliveryCount", "too many")} deliveries.";
            return attributes;
        }

        [LoggerMessage(Level = LogLevel.Error, Message = "Message {Id} of {Subscription} failed at delivery {Attempt}, its last.")]
        private partial void LogFailure(Exception cause, string id, string subscription, int attempt);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Id} of {Subscription} goes to the dead letters: {Reason}")]
        private partial void LogDeadLetter(string id, string subscription, string reason);
    }
}
