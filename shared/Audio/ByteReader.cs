using System.Buffers.Binary;

namespace Spotify.Audio;

/// <summary>
/// A bounded, buffered reader over a seekable stream. Every read is checked against the bound before memory is allocated, and throws an
/// <see cref="InvalidAudioException"/> with the current offset if there are too few bytes.
/// </summary>
internal sealed class ByteReader
{
    private const int BufferSize = 64 * 1024;

    private readonly Stream stream;
    private readonly CancellationToken cancellationToken;
    private readonly long origin;
    private readonly byte[] buffer;
    private long bufferStart;
    private int bufferLength;

    public ByteReader(Stream stream, CancellationToken cancellationToken = default)
    {
        if (!stream.CanSeek) throw new ArgumentException("The stream must be seekable.", nameof(stream));

        this.stream = stream;
        this.cancellationToken = cancellationToken;
        End = stream.Length;
        buffer = new byte[Math.Min(BufferSize, End)];
    }

    /// <summary>Creates a reader over a block in memory.</summary>
    /// <param name="block">The bytes.</param>
    /// <param name="origin">The block's offset in the file, in bytes. Added to the offsets in errors.</param>
    public ByteReader(byte[] block, long origin)
    {
        stream = Stream.Null;
        this.origin = origin;
        buffer = block;
        bufferLength = block.Length;
        End = block.Length;
    }

    /// <summary>The offset of the next byte, from the start of the stream or block.</summary>
    public long Position { get; private set; }

    /// <summary>The bound: the offset after the last readable byte.</summary>
    public long End { get; private set; }

    public long Remaining => End - Position;

    /// <summary>Creates an error at the current position.</summary>
    public InvalidAudioException Invalid(string reason) => new(reason, origin + Position);

    /// <summary>
    /// Narrows the bound to <paramref name="end"/> until the scope is disposed. Disposing also moves to <paramref name="end"/>.
    /// </summary>
    public Scope Within(long end)
    {
        if (end < Position || end > End) throw Invalid($"An element ends at byte {origin + end}, after the end of its container");

        var scope = new Scope(this, End);
        End = end;
        return scope;
    }

    /// <summary>Moves to an offset between 0 and the bound, both included.</summary>
    public void Seek(long position)
    {
        if (position < 0 || position > End) throw Invalid($"The file refers to byte {origin + position}, which is out of range");

        Position = position;
    }

    public void Skip(long count)
    {
        if (count < 0 || count > Remaining) throw Missing(count);

        Position += count;
    }

    /// <summary>
    /// Returns the next <paramref name="count"/> bytes (at most 64 KiB), or fewer before the bound, without advancing.
    /// </summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        count = (int)Math.Min(count, Remaining);
        if (Position < bufferStart || Position + count > bufferStart + bufferLength) Fill(count);
        return buffer.AsSpan((int)(Position - bufferStart), count);
    }

    /// <summary>Returns the buffered bytes without advancing. Empty only at the bound.</summary>
    public ReadOnlySpan<byte> PeekBuffered()
    {
        Peek(1);
        return buffer.AsSpan((int)(Position - bufferStart), (int)Math.Min(bufferStart + bufferLength - Position, Remaining));
    }

    public void ReadExactly(Span<byte> destination)
    {
        if (destination.Length > Remaining) throw Missing(destination.Length);

        while (!destination.IsEmpty)
        {
            var available = PeekBuffered();
            var count = Math.Min(available.Length, destination.Length);
            available[..count].CopyTo(destination);
            destination = destination[count..];
            Position += count;
        }
    }

    public byte[] ReadBytes(long count)
    {
        if (count < 0 || count > Remaining || count > Array.MaxLength) throw Missing(count);

        var bytes = new byte[count];
        ReadExactly(bytes);
        return bytes;
    }

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16BigEndian() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint ReadUInt24BigEndian() => (uint)ReadUInt16BigEndian() << 8 | ReadByte();

    public uint ReadUInt32BigEndian() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong ReadUInt64BigEndian() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public uint ReadUInt32LittleEndian() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long ReadInt64LittleEndian() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    private ReadOnlySpan<byte> Take(int count)
    {
        var bytes = Peek(count);
        if (bytes.Length < count) throw Missing(count);

        Position += count;
        return bytes;
    }

    private void Fill(int count)
    {
        cancellationToken.ThrowIfCancellationRequested();
        stream.Position = Position;
        bufferStart = Position;
        bufferLength = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);

        // Fewer bytes than the stream's length at the start: another process may be truncating the file.
        if (bufferLength < count) throw Missing(count);
    }

    private InvalidAudioException Missing(long count) => Invalid($"The data ends too early: {count} bytes expected, {Remaining} left");

    /// <summary>A scope that restores the outer bound when disposed.</summary>
    public readonly ref struct Scope(ByteReader reader, long outerEnd)
    {
        public void Dispose()
        {
            reader.Position = reader.End;
            reader.End = outerEnd;
        }
    }
}
