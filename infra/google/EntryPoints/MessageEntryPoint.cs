using Microsoft.AspNetCore.Http.Features;
using Google.Events.Protobuf.Cloud.PubSub.V1;
using Spotify.Domain.Ports;
using Spotify.Web;
using Spotify.Web.Functions;
using Spotify.Web.Identity;
using Spotify.Web.Messages;
using Message = Spotify.Domain.Ports.Message;

namespace Spotify.Google.EntryPoints;

/// <summary>
/// The entry point of a function that handles the messages of a subscription. A 2xx response acknowledges a message; it is sent once the
/// message is handled or is a dead letter. Any other response causes redelivery. A request that is not a message is logged and gets 400.
/// </summary>
/// <inheritdoc cref="FunctionEntryPoint" path="/param"/>
public abstract partial class MessageEntryPoint(FunctionDefinition definition) : FunctionEntryPoint(definition)
{
    // A message has up to 10 MB, which arrive as base64 in JSON.
    private const int MaxBodyBytes = 14 << 20;

    /// <inheritdoc/>
    public sealed override async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await base.HandleAsync(context);
            return;
        }

        await context.RequestServices.GetRequiredService<ServiceCallerVerifier>().VerifyAsync(context.Request, context.RequestAborted);
        // Read-only if middleware has read the body already.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBodyBytes;
        await DeliverAsync(context, Definition.Consumer!, await ReadAsync(context));
    }

    private static async Task DeliverAsync(HttpContext context, MessageConsumer consumer, MessagePublishedData pushed)
    {
        var (services, aborted) = (context.RequestServices, context.RequestAborted);
        var policy = DeliveryPolicy.Of(consumer.Subscription);
        var message = new Message(pushed.Message.Data.Memory, Attributes(pushed.Message.Attributes))
        {
            Id = pushed.Message.MessageId,
            PublishedAt = pushed.Message.PublishTime?.ToDateTimeOffset() ?? default,
        };
        // Pub/Sub counts deliveries only if the subscription has a dead-letter policy; otherwise the count is 0.
        var attempt = pushed.DeliveryAttempt;
        var result = await policy.AttemptAsync(
            attempt, ct => consumer.HandleAsync(services, message, ct), services.GetRequiredService<TimeProvider>(), aborted);
        switch (result.Outcome)
        {
            case DeliveryOutcome.Completed:
                break;
            case DeliveryOutcome.DeadLetter:
                if (result.Error is { } error) LogFailure(Logger(context), error, message.Id, policy.Source, attempt);
                LogDeadLetter(Logger(context), message.Id, policy.Source, attempt, result.Reason);
                await services.GetRequiredService<IMessageBus>()
                    .PublishAsync(Topic.DeadLetters, [DeadLetter.Of(message, policy.Source, result.Reason)], aborted);
                break;
            case DeliveryOutcome.Interrupted:
                aborted.ThrowIfCancellationRequested();
                break;
            default:
                LogFailure(Logger(context), result.Error, message.Id, policy.Source, attempt);
                var status = result.Error is OperationCanceledException or TimeoutException
                    ? StatusCodes.Status503ServiceUnavailable
                    : StatusCodes.Status500InternalServerError;
                await ErrorHandling.WriteAsync(context, status, "The message could not be handled");
                return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
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

    // Messages that Pub/Sub itself has moved to the dead letters have attributes of its own with the source.
    private static Dictionary<string, string> Attributes(IDictionary<string, string> published)
    {
        var attributes = new Dictionary<string, string>(published, StringComparer.Ordinal);
        if (!published.TryGetValue("CloudPubSubDeadLetterSourceSubscription", out var source)) return attributes;
        if (!attributes.TryAdd(DeadLetter.Source, source)) return attributes;
        var count = attributes.GetValueOrDefault("CloudPubSubDeadLetterSourceDeliveryCount", "too many");
        attributes[DeadLetter.Reason] = $"Pub/Sub gave up after {count} deliveries.";
        return attributes;
    }

    private static ILogger Logger(HttpContext context) =>
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Spotify.Google.Messages");

    [LoggerMessage(LogLevel.Warning, "A delivery was refused: {Reason}")]
    private static partial void LogMalformed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "Message {Id} of {Subscription} failed at delivery {Attempt}.")]
    private static partial void LogFailure(ILogger logger, Exception? cause, string id, string subscription, int attempt);

    [LoggerMessage(LogLevel.Warning, "Message {Id} of {Subscription} became a dead letter at delivery {Attempt}: {Reason}")]
    private static partial void LogDeadLetter(ILogger logger, string id, string subscription, int attempt, string reason);
}
