namespace Spotify.Google;

/// <summary>
/// What is being uploaded, read once from front to back: its checksum is that of the source, whatever becomes of it in the uploader's
/// buffers. The deadline stands still while the source is read, which may be slow for reasons of its own.
/// </summary>
internal sealed class UploadSource(Stream content, Deadline deadline) : Stream
{
    private readonly Crc32C checksum = new();

    /// <summary>The checksum of what has been read.</summary>
    public string Checksum => checksum.Text;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        deadline.Suspend();
        var read = await content.ReadAsync(buffer, cancellationToken);
        deadline.Restart();
        checksum.Add(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
