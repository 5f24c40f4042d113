namespace Spotify.Google.Objects;

/// <summary>
/// What is being uploaded, read once from front to back: its checksum is that of the source, whatever becomes of it in the uploader's
/// buffers. The deadline stands still while the source is read, which may be slow for reasons of its own.
/// </summary>
internal sealed class UploadSource(Stream content, Deadline deadline) : ForwardStream
{
    private readonly Crc32C checksum = new();

    /// <summary>The checksum of what has been read.</summary>
    public string Checksum => checksum.Text;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        deadline.Suspend();
        var read = await content.ReadAsync(buffer, cancellationToken);
        deadline.Restart();
        checksum.Add(buffer.Span[..read]);
        return read;
    }
}
