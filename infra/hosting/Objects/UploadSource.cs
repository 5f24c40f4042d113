namespace Spotify.Hosting.Objects;

/// <summary>
/// The content of an upload. Computes the checksum of the source itself, so damage in the uploader's buffers is noticed. Suspends the
/// deadline during reads, because a slow source is no fault of Cloud Storage.
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
