using System.Text.Json;
using Spotify.Domain.Ports;

namespace Spotify.Events;

/// <summary>A publisher of the changes that requests make to libraries and playlists.</summary>
public sealed class LibraryChangePublisher(IMessageBus bus, TimeProvider time)
{
    /// <summary>
    /// Publishes the changes of a request as one message, if there are any. The message is durable when the task completes. A repeated
    /// request publishes changes with the same ids again, so that none is lost if the first attempt failed.
    /// </summary>
    /// <exception cref="TimeoutException">The message could not be published. The client is asked to repeat the request.</exception>
    public async Task PublishAsync(string userId, IReadOnlyList<LibraryChange> changes, CancellationToken ct)
    {
        if (changes.Count == 0) return;
        var batch = new EventBatch(userId, Country: null, time.GetUtcNow()) { Changes = changes };
        try
        {
            await bus.PublishAsync(
                Topic.PlaybackEvents, [new Message(JsonSerializer.SerializeToUtf8Bytes(batch, EventJson.Default.EventBatch))], ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException("The changes could not be published.", e);
        }
    }
}
