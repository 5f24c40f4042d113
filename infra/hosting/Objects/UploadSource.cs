namespace Spotify.Hosting.Objects;

/// <summary>
/// The content of an upload. Computes the checksum of the source itself, so that damage in the uploader's buffers is detected. Suspends the
/// deadline during reads, because the deadline is for Cloud Storage, not for the source.
/// </summary>
public sealed class UploadSource(Stream content, Deadline deadline) : ForwardStream
{
    private readonly Crc32C checksum = new();

    /// <summary>The checksum of the bytes read so far.</summary>
    public string Checksum => checksum.Text;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        deadline.Suspend();
        var read = await content.ReadAsync(buffer, cancellationToken);
        deadline.Restart();
        checksum.Add(buffer.Span[..read]);
        return read;
    }
}
