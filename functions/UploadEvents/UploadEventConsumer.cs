using System.Globalization;
using Microsoft.Extensions.Logging;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioIngest;

namespace Spotify.Functions.UploadEvents;

/// <summary>
/// The consumer of notifications of Cloud Storage about uploads. Adds a task for the import of each upload, whose name makes the queue skip
/// repeated notifications. Notifications have no body, only attributes.
/// </summary>
/// <seealso href="https://cloud.google.com/storage/docs/pubsub-notifications#attributes"/>
public sealed partial class UploadEventConsumer(ITaskQueue queue, ILogger<UploadEventConsumer> logger)
    : IMessageConsumer<ReadOnlyMemory<byte>>
{
    private const string Finalized = "OBJECT_FINALIZE";

    /// <inheritdoc/>
    /// <exception cref="PoisonMessageException">The message is not a notification of an upload.</exception>
    public async Task HandleAsync(ReadOnlyMemory<byte> body, MessageContext message, CancellationToken ct)
    {
        var type = Attribute("eventType");
        if (type != Finalized) throw new PoisonMessageException($"The event is of type '{type}', not {Finalized}.");
        if (!long.TryParse(Attribute("objectGeneration"), NumberStyles.None, CultureInfo.InvariantCulture, out var generation))
            throw new PoisonMessageException("The attribute objectGeneration is not a number.");

        var upload = new Upload(Attribute("bucketId"), Attribute("objectId"), generation);
        if (upload.IsMusic) await queue.EnqueueAsync(AudioIngestFunction.Definition.Queue!, [UploadTask.Of(upload)], ct);
        else LogIgnored(PrintableText.Of(upload.Name), generation);

        string Attribute(string name) => message.Attributes.GetValueOrDefault(name) is { Length: > 0 } value
            ? value
            : throw new PoisonMessageException($"The attribute {name} is missing.");
    }

    [LoggerMessage(LogLevel.Information, "{Name} (generation {Generation}) is ignored, because it is hidden or not audio.")]
    private partial void LogIgnored(string name, long generation);
}
