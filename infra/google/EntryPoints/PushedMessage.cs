using CloudNative.CloudEvents;
using CloudNative.CloudEvents.AspNetCore;
using Google.Events.Protobuf;
using Google.Events.Protobuf.Cloud.PubSub.V1;
using Google.Protobuf;

namespace Spotify.Google.EntryPoints;

/// <summary>
/// A parser of pushed messages: a CloudEvent, binary or structured, as Eventarc sends it, or the data of such an event alone, as Pub/Sub
/// itself pushes it.
/// </summary>
/// <seealso href="https://cloud.google.com/pubsub/docs/push#receive_push"/>
/// <seealso href="https://cloud.google.com/eventarc/docs/cloudevents"/>
internal static class PushedMessage
{
    private const string EventType = "google.cloud.pubsub.topic.v1.messagePublished";

    private static readonly ProtobufJsonCloudEventFormatter<MessagePublishedData> Formatter = new();
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <exception cref="BadHttpRequestException">The request is not a pushed message.</exception>
    public static async Task<MessagePublishedData> ReadAsync(HttpRequest request)
    {
        MessagePublishedData? data;
        try
        {
            data = request.IsCloudEvent() ? OfEvent(await request.ToCloudEventAsync(Formatter)) : await OfPushAsync(request);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or System.Text.Json.JsonException
            or FormatException or ArgumentException or InvalidOperationException)
        {
            throw new BadHttpRequestException($"The body is not a Pub/Sub message: {e.Message}", e);
        }

        if (data?.Message is not { MessageId.Length: > 0 })
            throw new BadHttpRequestException("The body is not a Pub/Sub message: it has no message with an id");
        return data;
    }

    private static MessagePublishedData? OfEvent(CloudEvent received) => received.Type == EventType
        ? received.Data as MessagePublishedData
        : throw new BadHttpRequestException($"The event is of type '{received.Type}', not {EventType}");

    private static async Task<MessagePublishedData?> OfPushAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        return Parser.Parse<MessagePublishedData>(await reader.ReadToEndAsync(request.HttpContext.RequestAborted));
    }
}
