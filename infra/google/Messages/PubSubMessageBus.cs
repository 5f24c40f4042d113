using System.Diagnostics.Metrics;
using Google.Api.Gax;
using Google.Api.Gax.Grpc;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Spotify.Domain.Ports;
using Spotify.Hosting;
using Spotify.Hosting.Messages;
using Topic = Spotify.Domain.Ports.Topic;

namespace Spotify.Google.Messages;

/// <summary>
/// Topics of Pub/Sub. Publishes are awaited, without background batches, because an instance has no CPU once its request is answered.
/// </summary>
public sealed class PubSubMessageBus : IMessageBus
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Spotify.PubSub";

    // https://cloud.google.com/pubsub/quotas#resource_limits; the margin is for the request's own fields.
    private const int MaxMessages = 1000;
    private const int MaxRequestBytes = 10_000_000 - 10_000;

    private readonly PubSubOptions options;
    private readonly Credentials credentials;
    private readonly CallMeter meter;
    private readonly Lazy<PublisherServiceApiClient> client;

    /// <summary>Creates the bus of a project. <see cref="OpenAsync"/> connects it.</summary>
    public PubSubMessageBus(IOptions<PubSubOptions> options, Credentials credentials, TimeProvider time, IMeterFactory meters)
    {
        this.options = options.Value;
        this.credentials = credentials;
        meter = new CallMeter(meters, time, MeterName);
        client = new(Connect);
    }

    /// <summary>Fetches credentials and creates the client.</summary>
    public async Task OpenAsync(CancellationToken ct)
    {
        await credentials.FetchAsync(options.EmulatorHost, ct);
        _ = client.Value;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The topic does not exist, or the service account may not publish to it.</exception>
    /// <exception cref="BusOverloadedException">
    /// Pub/Sub could not be reached within <see cref="PubSubOptions.Deadline"/>, or a quota was exhausted for as long.
    /// </exception>
    public async Task PublishAsync(Topic topic, IReadOnlyList<Message> messages, CancellationToken ct)
    {
        MessageRules.Check(topic, messages);
        var name = TopicName.FromProjectTopic(options.Project, topic.Name);
        foreach (var batch in Batch([.. messages.Select(Encode)]))
            await meter.MeasureAsync("publish", () => PublishAsync(name, batch, ct));
    }

    private static PubsubMessage Encode(Message message) =>
        new() { Data = ByteString.CopyFrom(message.Body.Span), Attributes = { message.Attributes.ToDictionary() } };

    private static IEnumerable<List<PubsubMessage>> Batch(IReadOnlyList<PubsubMessage> messages)
    {
        var batch = new List<PubsubMessage>();
        var size = 0;
        foreach (var message in messages)
        {
            // In a request, each message is preceded by its tag and length.
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

    private async Task<PublishResponse> PublishAsync(TopicName topic, List<PubsubMessage> batch, CancellationToken ct)
    {
        try
        {
            return await client.Value.PublishAsync(topic, batch, ct);
        }
        catch (RpcException e) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException($"Publishing to '{topic.TopicId}' was canceled.", e, ct);
        }
        catch (RpcException e) when (IsOverload(e.StatusCode))
        {
            throw new BusOverloadedException(
                $"Publishing to the topic '{topic.TopicId}' failed within {options.Deadline.TotalSeconds:0.###} s: {e.Status.Detail}", e);
        }
        catch (RpcException e)
        {
            throw new InvalidOperationException(
                $"Cannot publish to the topic '{topic.TopicId}' of the project {topic.ProjectId}: {e.Status.Detail}", e);
        }
    }

    private static bool IsOverload(StatusCode status) =>
        status is StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted or StatusCode.Unavailable;

    private PublisherServiceApiClient Connect() => new PublisherServiceApiClientBuilder
    {
        Settings = Settings(),
        Endpoint = options.EmulatorHost is { Length: > 0 } emulator ? emulator : null,
        ChannelCredentials = credentials.ForChannel(options.EmulatorHost),
    }.Build();

    // Retries everything that may be transient, because at-least-once delivery allows a message to be published twice.
    private PublisherServiceApiSettings Settings() => new()
    {
        PublishSettings = CallSettings.FromExpiration(Expiration.FromTimeout(options.Deadline)).WithRetry(
            RetrySettings.FromExponentialBackoff(
                maxAttempts: int.MaxValue,
                initialBackoff: TimeSpan.FromMilliseconds(100),
                maxBackoff: TimeSpan.FromSeconds(2),
                backoffMultiplier: 2,
                RetrySettings.FilterForStatusCodes(
                    StatusCode.Aborted,
                    StatusCode.Internal,
                    StatusCode.ResourceExhausted,
                    StatusCode.Unavailable,
                    StatusCode.Unknown))),
    };
}
