using System.Buffers.Binary;
using System.Text;

namespace Spotify.Audio.Tests;

/// <summary>A builder of binary files.</summary>
internal sealed class ByteWriter
{
    private readonly List<byte> bytes = [];

    public ByteWriter Bytes(params IEnumerable<byte> values)
    {
        bytes.AddRange(values);
        return this;
    }

    public ByteWriter Ascii(string text) => Bytes(Encoding.Latin1.GetBytes(text));

    public ByteWriter Byte(int value) => Bytes((byte)value);

    public ByteWriter BigEndian16(int value) => Byte(value >> 8).Byte(value);

    public ByteWriter BigEndian24(int value) => Byte(value >> 16).BigEndian16(value);

    public ByteWriter BigEndian32(long value) => BigEndian16((int)(value >> 16)).BigEndian16((int)value);

    public ByteWriter BigEndian64(long value) => BigEndian32(value >> 32).BigEndian32(value);

    public ByteWriter LittleEndian32(long value)
    {
        var span = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)value);
        return Bytes(span);
    }

    public ByteWriter LittleEndian64(long value) => LittleEndian32(value).LittleEndian32(value >> 32);

    public byte[] ToArray() => [.. bytes];

    public static byte[] Concat(params IEnumerable<byte[]> parts) => [.. parts.SelectMany(part => part)];

    /// <summary>Calculates a checksum bit by bit, independently of the tables in the product code.</summary>
    public static uint Crc(IEnumerable<byte> bytes, int width, uint polynomial)
    {
        ulong crc = 0;
        foreach (var value in bytes)
        {
            crc ^= (ulong)value << (width - 8);
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1UL << (width - 1)) != 0 ? crc << 1 ^ polynomial : crc << 1;
            crc &= (1UL << width) - 1;
        }

        return (uint)crc;
    }
}
