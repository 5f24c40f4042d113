namespace Spotify.Licensing;

/// <summary>
/// A stream of the encrypted form of a plain stream: reads the plain object once, a chunk at a time. Two buffers of a chunk are all of its
/// memory.
/// </summary>
public sealed class EncryptingStream : Stream
{
    private readonly Stream plain;
    private readonly long plainBytes;
    private readonly ChunkCipher cipher;
    private readonly byte[] chunk;
    private readonly byte[] stored;

    private long index;
    private int position;
    private int end;

    /// <summary>Creates a stream.</summary>
    /// <param name="plain">The plain object, which is disposed with this stream.</param>
    /// <param name="plainBytes">The size of the plain object in bytes, 1 or more.</param>
    /// <param name="objectName">The name of the encrypted object, without a leading slash.</param>
    /// <param name="key">The content key, 32 bytes, which has never encrypted anything.</param>
    /// <exception cref="ArgumentException">The key has another length, or the object is empty.</exception>
    public EncryptingStream(Stream plain, long plainBytes, string objectName, ReadOnlySpan<byte> key)
    {
        (this.plain, this.plainBytes) = (plain, plainBytes);
        cipher = new ChunkCipher(key, objectName, plainBytes);
        chunk = new byte[Math.Min(EncryptedAudio.ChunkSize, plainBytes)];
        stored = new byte[chunk.Length + EncryptedAudio.TagSize];
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => EncryptedAudio.Length(plainBytes);

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The plain object is shorter or longer than declared.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position == end && index < EncryptedAudio.Chunks(plainBytes))
        {
            var size = EncryptedAudio.PlainSize(plainBytes, index);
            if (await plain.ReadAtLeastAsync(chunk.AsMemory(0, size), size, throwOnEndOfStream: false, cancellationToken) < size)
                throw WrongSize();
            await CheckEndAsync(cancellationToken);
            Encrypt(size);
        }

        return Take(buffer.Span);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The plain object is shorter or longer than declared.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (position == end && index < EncryptedAudio.Chunks(plainBytes))
        {
            var size = EncryptedAudio.PlainSize(plainBytes, index);
            if (plain.ReadAtLeast(chunk.AsSpan(0, size), size, throwOnEndOfStream: false) < size) throw WrongSize();
            if (IsLast && plain.ReadByte() >= 0) throw WrongSize();
            Encrypt(size);
        }

        return Take(buffer);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            cipher.Dispose();
            plain.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool IsLast => index == EncryptedAudio.Chunks(plainBytes) - 1;

    // Before the last chunk is encrypted, so that nobody receives a complete object with a wrong number of chunks.
    private async ValueTask CheckEndAsync(CancellationToken ct)
    {
        if (IsLast && await plain.ReadAsync(stored.AsMemory(0, 1), ct) > 0) throw WrongSize();
    }

    private void Encrypt(int size)
    {
        (position, end) = (0, size + EncryptedAudio.TagSize);
        cipher.Encrypt(index++, chunk.AsSpan(0, size), stored.AsSpan(0, end));
    }

    private int Take(Span<byte> buffer)
    {
        var part = stored.AsSpan(position, Math.Min(buffer.Length, end - position));
        part.CopyTo(buffer);
        position += part.Length;
        return part.Length;
    }

    private InvalidDataException WrongSize() => new($"The plain object does not have {plainBytes} bytes.");
}
