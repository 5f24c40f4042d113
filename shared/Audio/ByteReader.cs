using System.Buffers.Binary;

namespace Spotify.Audio;

/// <summary>
/// Reads forward through a seekable stream by one small buffer, and never past a bound. Whatever would need bytes that are not there is
/// an <see cref="InvalidAudioException"/> at the place where they are missing, before anything is allocated for them.
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

    /// <summary>Reads a block that is already in memory.</summary>
    /// <param name="block">The bytes.</param>
    /// <param name="origin">Where the block came from, in bytes from the start of the file; only errors mention it.</param>
    public ByteReader(byte[] block, long origin)
    {
        stream = Stream.Null;
        this.origin = origin;
        buffer = block;
        bufferLength = block.Length;
        End = block.Length;
    }

    /// <summary>Bytes from the start of the stream or block.</summary>
    public long Position { get; private set; }

    /// <summary>The bound; nothing at or after it can be read.</summary>
    public long End { get; private set; }

    public long Remaining => End - Position;

    /// <summary>An error at the current position.</summary>
    public InvalidAudioException Invalid(string reason) => new(reason, origin + Position);

    /// <summary>Narrows the bound until the scope is disposed, which also moves on to <paramref name="end"/>.</summary>
    public Scope Within(long end)
    {
        if (end < Position || end > End) throw Invalid($"A part reaches to byte {origin + end}, beyond what holds it");

        var scope = new Scope(this, End);
        End = end;
        return scope;
    }

    /// <summary>Moves to any place before the bound, or to the bound itself.</summary>
    public void Seek(long position)
    {
        if (position < 0 || position > End) throw Invalid($"Byte {origin + position} is referred to, which is not there");

        Position = position;
    }

    public void Skip(long count)
    {
        if (count < 0 || count > Remaining) throw Missing(count);

        Position += count;
    }

    /// <summary>The next bytes without moving on: <paramref name="count"/> of them (at most 32 KiB), or what is left.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        count = (int)Math.Min(count, Remaining);
        if (Position < bufferStart || Position + count > bufferStart + bufferLength) Fill(count);
        return buffer.AsSpan((int)(Position - bufferStart), count);
    }

    /// <summary>As many of the next bytes as are at hand, without moving on; empty only at the bound.</summary>
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

        // The stream promised more when it told its length; another process may be shortening the file.
        if (bufferLength < count) throw Missing(count);
    }

    private InvalidAudioException Missing(long count) => Invalid($"The data ends too early: {count} bytes are due, {Remaining} are left");

    /// <summary>A narrower bound, until disposed.</summary>
    public readonly ref struct Scope(ByteReader reader, long outerEnd)
    {
        public void Dispose()
        {
            reader.Position = reader.End;
            reader.End = outerEnd;
        }
    }
}
