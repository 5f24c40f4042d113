using System.Text.Json;
using System.Text.Json.Serialization;
using Spotify.Audio;
using Spotify.Domain.Ports;
using Spotify.Functions.Playback;

namespace Spotify.Functions.AudioEncryption;

/// <summary>A task of <c>audio-encryption</c>: the encryption of an encoding.</summary>
/// <param name="PlayableId">The track, episode or chapter.</param>
/// <param name="Revision">The revision of its audio. The task is obsolete once the item has another one.</param>
/// <param name="Encoding">The file name of the encoding, such as <c>high.ogg</c>.</param>
public sealed record EncryptionTask(string PlayableId, string Revision, string Encoding);

/// <summary>The requests for encrypted copies of encodings.</summary>
public sealed class AudioEncryptionQueue(ITaskQueue queue, TimeProvider time)
{
    // All requests for an encoding in an interval are one task. A queue ignores a name for an hour after the task is done, or failed for
    // good; with another name, the encoding is tried again in the next interval.
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Requests the encryption of encodings of which there is no <see cref="EncryptedObject"/> of the item's revision. Durable when the
    /// task completes.
    /// </summary>
    /// <param name="wanted">The items, which have audio, and an encoding of each.</param>
    /// <param name="ct">Cancels the request.</param>
    public Task RequestAsync(IReadOnlyList<(PlaybackItem Item, AudioEncoding Encoding)> wanted, CancellationToken ct)
    {
        if (wanted.Count == 0) return Task.CompletedTask;
        var interval = time.GetUtcNow().UtcTicks / Interval.Ticks;
        return queue.EnqueueAsync(AudioEncryptionFunction.Tasks, [.. wanted.Select(one => Request(one.Item, one.Encoding, interval))], ct);
    }

    private static TaskRequest Request(PlaybackItem item, AudioEncoding encoding, long interval)
    {
        var task = new EncryptionTask(item.Uri.Id, item.Revision!, encoding.FileName);
        return new TaskRequest(JsonSerializer.SerializeToUtf8Bytes(task, EncryptionTaskJson.Default.EncryptionTask))
        {
            Name = FormattableString.Invariant($"{task.PlayableId}-{task.Revision}-{task.Encoding.Replace('.', '-')}-{interval}"),
        };
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EncryptionTask))]
internal sealed partial class EncryptionTaskJson : JsonSerializerContext;
