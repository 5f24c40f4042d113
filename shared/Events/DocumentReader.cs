using System.Buffers.Binary;
using System.Text;

namespace Spotify.Events;

/// <summary>A reader of the documents of <see cref="DocumentWriter"/>.</summary>
internal sealed class DocumentReader
{
    private const int ChecksumLength = 4;

    private readonly byte[] document;
    private int position = 1;

    /// <summary>Checks a document and begins to read it.</summary>
    /// <exception cref="InvalidDataException">The document is corrupt.</exception>
    /// <exception cref="NotSupportedException">The document has another version.</exception>
    public DocumentReader(byte[] document, byte version)
    {
        this.document = document;
        var end = document.Length - ChecksumLength;
        if (end < 1 || DocumentWriter.Checksum(document.AsSpan(0, end)) != BinaryPrimitives.ReadUInt32LittleEndian(document.AsSpan(end)))
            throw new InvalidDataException("The checksum of the document is wrong.");
        if (document[0] != version) throw new NotSupportedException($"The document has version {document[0]}, not {version}.");
    }

    /// <summary>Reads a byte.</summary>
    public byte ReadByte() => Next(1)[0];

    /// <summary>Reads a number of 128 bits.</summary>
    public UInt128 ReadUInt128() => BinaryPrimitives.ReadUInt128LittleEndian(Next(16));

    /// <summary>Reads a number of 64 bits.</summary>
    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Next(8));

    /// <summary>Reads a number of 32 bits.</summary>
    public float ReadSingle() => BinaryPrimitives.ReadSingleLittleEndian(Next(4));

    /// <summary>Reads a text.</summary>
    public string ReadString() => Encoding.UTF8.GetString(Next(ReadLength(document.Length)));

    /// <summary>Reads a number that <see cref="DocumentWriter.WriteNumber"/> has written.</summary>
    public long ReadNumber()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next <= 0x7F) return (long)value;
        }

        throw new InvalidDataException("A number of the document is too long.");
    }

    /// <summary>Reads a number that <see cref="DocumentWriter.WriteSigned"/> has written.</summary>
    public long ReadSigned()
    {
        var value = (ulong)ReadNumber();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Reads the length of a list, at most <paramref name="max"/>.</summary>
    public int ReadLength(int max) => ReadNumber() is var length && length >= 0 && length <= max
        ? (int)length
        : throw new InvalidDataException("A list of the document has an invalid length.");

    /// <summary>Checks that the whole document was read.</summary>
    public void End()
    {
        if (position != document.Length - ChecksumLength) throw new InvalidDataException("The document is longer than its content.");
    }

    private ReadOnlySpan<byte> Next(int count)
    {
        if (document.Length - ChecksumLength - position < count) throw new InvalidDataException("The document is too short.");
        position += count;
        return document.AsSpan(position - count, count);
    }
}
