using System.Security.Cryptography;
using System.Text;

namespace Spotify.Events;

/// <summary>
/// The frame of binary documents: a version (1 byte), the content, and a checksum of both (the first 8 bytes of their SHA-256).
/// </summary>
internal static class CheckedBytes
{
    private const int ChecksumLength = 8;

    /// <summary>Returns a document.</summary>
    public static byte[] Write(byte version, Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(version);
        write(writer);
        writer.Flush();
        writer.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)).AsSpan(0, ChecksumLength));
        return stream.ToArray();
    }

    /// <summary>Reads the content of a document.</summary>
    /// <exception cref="InvalidDataException">The document is corrupt.</exception>
    /// <exception cref="NotSupportedException">The document has another version.</exception>
    public static T Read<T>(byte[] document, byte version, Func<BinaryReader, T> read)
    {
        var length = document.Length - ChecksumLength;
        if (length < 1 || !SHA256.HashData(document.AsSpan(0, length)).AsSpan(0, ChecksumLength).SequenceEqual(document.AsSpan(length)))
            throw new InvalidDataException("The checksum of the document is wrong.");
        if (document[0] != version) throw new NotSupportedException($"The document has version {document[0]}, not {version}.");
        using var reader = new BinaryReader(new MemoryStream(document, 1, length - 1, writable: false));
        try
        {
            var value = read(reader);
            return reader.BaseStream.Position == reader.BaseStream.Length
                ? value
                : throw new InvalidDataException("The document is longer than its content.");
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException("The content of the document is invalid.", e);
        }
    }

    /// <summary>Writes a 128-bit number.</summary>
    public static void Write128(this BinaryWriter writer, UInt128 number)
    {
        writer.Write((ulong)(number >> 64));
        writer.Write((ulong)number);
    }

    /// <summary>Reads a 128-bit number.</summary>
    public static UInt128 Read128(this BinaryReader reader) => new(reader.ReadUInt64(), reader.ReadUInt64());

    /// <summary>Writes a signed number in few bytes if it is near 0.</summary>
    public static void WriteSigned(this BinaryWriter writer, long number) => writer.Write7BitEncodedInt64((number << 1) ^ (number >> 63));

    /// <summary>Reads a number written by <see cref="WriteSigned"/>.</summary>
    public static long ReadSigned(this BinaryReader reader)
    {
        var number = reader.Read7BitEncodedInt64();
        return (long)((ulong)number >> 1) ^ -(number & 1);
    }

    /// <summary>Reads the length of a list, at most <paramref name="max"/>.</summary>
    public static int ReadLength(this BinaryReader reader, int max) =>
        reader.Read7BitEncodedInt() is var length && length >= 0 && length <= max
            ? length
            : throw new InvalidDataException("A list of the document has an invalid length.");
}
