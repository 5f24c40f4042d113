using CloudNative.CloudEvents.AspNetCore;
using Google.Events.Protobuf;
using Google.Events.Protobuf.Cloud.Storage.V1;
using Google.Protobuf;
using Spotify.Functions.AudioIngest;

namespace Spotify.Google.EntryPoints;

/// <summary>A parser of the event of an arrived object: a CloudEvent, binary or structured, as Eventarc sends it.</summary>
/// <seealso href="https://cloud.google.com/eventarc/docs/cloudevents#cloud-storage"/>
internal static class ArrivedObject
{
    private static readonly ProtobufJsonCloudEventFormatter<StorageObjectData> Formatter = new();

    /// <exception cref="BadHttpRequestException">The request is not such an event.</exception>
    public static async Task<Upload> ReadAsync(HttpRequest request)
    {
        if (!request.IsCloudEvent()) throw new BadHttpRequestException("The request is not a CloudEvent");
        StorageObjectData? data;
        try
        {
            var received = await request.ToCloudEventAsync(Formatter);
            const string expected = StorageObjectData.FinalizedCloudEventType;
            if (received.Type != expected) throw new BadHttpRequestException($"The event is of type '{received.Type}', not {expected}");
            data = received.Data as StorageObjectData;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or System.Text.Json.JsonException or FormatException
            or ArgumentException or InvalidOperationException)
        {
            throw new BadHttpRequestException($"The body is not an event of Cloud Storage: {e.Message}", e);
        }

        return data is { Bucket.Length: > 0, Name.Length: > 0, Generation: > 0 }
            ? new Upload(data.Bucket, data.Name, data.Generation)
            : throw new BadHttpRequestException("The event has no bucket, object or generation");
    }
}
