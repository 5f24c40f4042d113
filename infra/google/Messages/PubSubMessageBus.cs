using System.Diagnostics.Metrics;
using Google.Api.Gax;
using Google.Api.Gax.Grpc;
using Google.Apis.Auth.OAuth2;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Google.Objects;
using Topic = Spotify.Domain.Ports.Topic;

namespace Spotify.Google.Messages;

/// <summary>
/// Topics of Pub/Sub. Publishes are awaited, each in a request of its own: an instance has no CPU once its request is answered, so that
/// nothing may be left to a background batch.
/// </summary>
public sealed class PubSubMessageBus : IMessageBus
{
    /// <summary>The name of its meter.</summary>
    public const string MeterName = "Spotify.PubSub";

    // https://cloud.google.com/pubsub/quotas#resource_limits; the margin is for the request's own fields.
    private const int MaxMessages = 1000;
    private const int MaxRequestBytes = 10_000_000 - 10_000;

    private readonly PubSubOptions options;
    private readonly TimeProvider time;
    private readonly Histogram<double> duration;
    private readonly Lazy<Task<PublisherServiceApiClient>> client;

    /// <summary>The bus of a project; an emulator's where one is given.</summary>
    public PubSubMessageBus(IOptions<PubSubOptions> options, TimeProvider time, IMeterFactory meters)
    {
        this.options = options.Value;
        this.time = time;
        duration = meters.Create(MeterName).CreateHistogram<double>("spotify.pubsub.call.duration", "s", "Time a call took, by operation and outcome.");
        client = new(ConnectAsync);
    }

    /// <summary>Fetches credentials.</summary>
    public Task OpenAsync() => client.Value;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There is no such topic, or this service may not publish to it.</exception>
    /// <exception cref="TimeoutException">Pub/Sub could not be reached within <see cref="PubSubOptions.Deadline"/>.</exception>
    public async Task PublishAsync(Topic topic, IReadOnlyList<Message> messages, CancellationToken ct)
    {
        MessageRules.Check(topic, messages);
        foreach (var batch in Batch([.. messages.Select(Encode)])) await PublishAsync(TopicName.FromProjectTopic(options.Project, topic.Name), batch, ct);
    }

    private static PubsubMessage Encode(Message message) =>
        new() { Data = ByteString.CopyFrom(message.Body.Span), Attributes = { message.Attributes.ToDictionary() } };

    private static IEnumerable<List<PubsubMessage>> Batch(IReadOnlyList<PubsubMessage> messages)
    {
        var batch = new List<PubsubMessage>();
        var size = 0;
        foreach (var message in messages)
        {
            // In a request each has its tag and length before it.
            var bytes = message.CalculateSize() + 8;
            if (batch.Count == MaxMessages || (batch.Count > 0 && size + bytes > MaxRequestBytes))
            {
                yield return batch;
                (batch, size) = ([], 0);
            }

            batch.Add(message);
            size += bytes;
        }

        if (batch.Count > 0) yield return batch;
    }

    private async Task PublishAsync(TopicName topic, List<PubsubMessage> batch, CancellationToken ct)
    {
        var start = time.GetTimestamp();
        var outcome = "error";
        try
        {
            await (await client.Value.WaitAsync(ct)).PublishAsync(topic, batch, ct);
            outcome = "ok";
        }
        catch (RpcException e) when (ct.IsCancellationRequested)
        {
            outcome = "cancelled";
            throw new OperationCanceledException($"Publishing to '{topic.TopicId}' was cancelled.", e, ct);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.DeadlineExceeded or StatusCode.Unavailable)
        {
            outcome = "timeout";
            throw new TimeoutException($"Pub/Sub took no messages for the topic '{topic.TopicId}' within {options.Deadline.TotalSeconds:0.###} s: {e.Status.Detail}", e);
        }
        catch (RpcException e)
        {
            throw new InvalidOperationException($"Nothing can be published to the topic '{topic.TopicId}' of {topic.ProjectId}: {e.Status.Detail}", e);
        }
        finally
        {
            duration.Record(time.GetElapsedTime(start).TotalSeconds, new("operation", "publish"), new("outcome", outcome));
        }
    }

    private async Task<PublisherServiceApiClient> ConnectAsync()
    {
        var builder = new PublisherServiceApiClientBuilder { Settings = Settings() };
        if (options.EmulatorHost is { Length: > 0 } emulator)
        {
            (builder.Endpoint, builder.ChannelCredentials) = (emulator, ChannelCredentials.Insecure);
        }
        else
        {
            // The first token, too, is fetched before the first request.
            builder.GoogleCredential = (await GoogleCredential.GetApplicationDefaultAsync()).CreateScoped(PublisherServiceApiClient.DefaultScopes);
            await ((ITokenAccess)builder.GoogleCredential).GetAccessTokenForRequestAsync();
        }

        return await builder.BuildAsync();
    }

    // Publishing twice is what at-least-once allows, so whatever may pass is tried again.
    private PublisherServiceApiSettings Settings() => new()
    {
        PublishSettings = CallSettings.FromExpiration(Expiration.FromTimeout(options.Deadline)).WithRetry(RetrySettings.FromExponentialBackoff(
            maxAttempts: int.MaxValue,
            initialBackoff: TimeSpan.FromMilliseconds(100),
            maxBackoff: TimeSpan.FromSeconds(2),
            backoffMultiplier: 2,
            RetrySettings.FilterForStatusCodes(StatusCode.Aborted, StatusCode.Internal, StatusCode.ResourceExhausted, StatusCode.Unavailable, StatusCode.Unknown))),
    };
}
