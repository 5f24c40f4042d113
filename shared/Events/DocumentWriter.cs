using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Spotify.Events;

/// <summary>
/// A writer of binary documents: a version (1 byte), the content, and a checksum of both (CRC-32C, 4 bytes). Read by
/// <see cref="DocumentReader"/>.
/// </summary>
internal sealed class DocumentWriter
{
    private byte[] buffer = new byte[1024];
    private int length;

    /// <summary>Begins a document.</summary>
    public DocumentWriter(byte version) => Write(version);

    /// <summary>Writes a byte.</summary>
    public void Write(byte value) => Next(1)[0] = value;

    /// <summary>Writes a number of 128 bits.</summary>
    public void Write(UInt128 value) => BinaryPrimitives.WriteUInt128LittleEndian(Next(16), value);

    /// <summary>Writes a number of 64 bits.</summary>
    public void Write(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Next(8), value);

    /// <summary>Writes a number of 32 bits.</summary>
    public void Write(float value) => BinaryPrimitives.WriteSingleLittleEndian(Next(4), value);

    /// <summary>Writes a text. Lone surrogates become U+FFFD.</summary>
    public void Write(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        WriteNumber(count);
        Encoding.UTF8.GetBytes(value, Next(count));
    }

    /// <summary>Writes a number from 0, in few bytes if it is small.</summary>
    public void WriteNumber(long value)
    {
        var rest = (ulong)value;
        for (; rest > 0x7F; rest >>= 7) Write((byte)(rest | 0x80));
        Write((byte)rest);
    }

    /// <summary>Writes a number in few bytes if it is near 0.</summary>
    public void WriteSigned(long value) => WriteNumber((value << 1) ^ (value >> 63));

    /// <summary>Returns the document.</summary>
    public byte[] ToDocument()
    {
        var checksum = Checksum(buffer.AsSpan(0, length));
        BinaryPrimitives.WriteUInt32LittleEndian(Next(4), checksum);
        return buffer.AsSpan(0, length).ToArray();
    }

    /// <summary>Returns the CRC-32C of some bytes.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }

    private Span<byte> Next(int count)
    {
        if (buffer.Length - length < count) Array.Resize(ref buffer, Math.Max(2 * buffer.Length, length + count));
        length += count;
        return buffer.AsSpan(length - count, count);
    }
}
