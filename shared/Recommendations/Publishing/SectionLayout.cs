using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Spotify.Recommendations.Publishing;

/// <summary>
/// The layout of a file of sections, which <see cref="SectionWriter"/> writes and <see cref="SectionFile"/> reads. All numbers are
/// little-endian.
/// <code>
/// header     magic "sections" (8), version of this layout (4), version of the contents (4), kind (16), zeros (28), CRC of the header (4)
/// section    the bytes, then zeros up to a multiple of 64; each section starts at a multiple of 64
/// directory  an entry per section: name (32), offset (8), length (8), CRC of the section with its zeros (4), zeros (12)
/// trailer    offset of the directory (8), number of sections (4), CRC of header, directory and the 12 bytes before (4), magic (8)
/// </code>
/// The directory is at the end, so that a file can be written to a stream that cannot seek.
/// </summary>
internal static class SectionLayout
{
    /// <summary>The alignment of sections in bytes: a cache line, and the widest SIMD vector.</summary>
    public const int Alignment = 64;

    /// <summary>The size of the header in bytes.</summary>
    public const int HeaderSize = 64;

    /// <summary>The size of an entry of the directory in bytes.</summary>
    public const int EntrySize = 64;

    /// <summary>The size of the trailer in bytes.</summary>
    public const int TrailerSize = 24;

    /// <summary>The maximum number of sections.</summary>
    public const int MaxSections = 1024;

    private const int Version = 1;
    private const int MaxNameLength = 32;
    private const int MaxKindLength = 16;

    private static ReadOnlySpan<byte> Magic => "sections"u8;

    /// <summary>Returns the header of a file.</summary>
    /// <exception cref="ArgumentException">The kind is not 1 to 16 printable ASCII characters.</exception>
    public static byte[] Header(SectionFormat format)
    {
        if (!IsName(format.Kind, MaxKindLength)) throw new ArgumentException($"'{format.Kind}' is not a kind of file.", nameof(format));
        var header = new byte[HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), format.Version);
        Encoding.ASCII.GetBytes(format.Kind, header.AsSpan(16));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(HeaderSize - 4), Checksum(0, header.AsSpan(0, HeaderSize - 4)));
        return header;
    }

    /// <summary>Checks a header.</summary>
    /// <param name="header">The first bytes of the file.</param>
    /// <param name="format">The expected format.</param>
    /// <param name="path">The path, for the errors.</param>
    /// <exception cref="InvalidDataException">The header is damaged, or of another kind of file.</exception>
    /// <exception cref="NotSupportedException">The file is of another version.</exception>
    public static void CheckHeader(ReadOnlySpan<byte> header, SectionFormat format, string path)
    {
        if (!header.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(header[(HeaderSize - 4)..]) != Checksum(0, header[..(HeaderSize - 4)]))
            throw new InvalidDataException($"{path}: the header is damaged.");
        var (layout, version) =
            (BinaryPrimitives.ReadInt32LittleEndian(header[8..]), BinaryPrimitives.ReadInt32LittleEndian(header[12..]));
        if (layout != Version) throw new NotSupportedException($"{path}: the layout has version {layout}; {Version} is supported.");
        var kind = Encoding.ASCII.GetString(header.Slice(16, MaxKindLength)).TrimEnd('\0');
        if (kind != format.Kind) throw new InvalidDataException($"{path}: a file of '{format.Kind}' is expected, not of '{kind}'.");
        if (version != format.Version)
            throw new NotSupportedException($"{path}: '{kind}' has version {version}; {format.Version} is supported.");
    }

    /// <summary>Returns the entry of a section in the directory.</summary>
    public static byte[] Entry(string name, SectionRange section)
    {
        var entry = new byte[EntrySize];
        Encoding.ASCII.GetBytes(name, entry);
        BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(32), section.Offset);
        BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(40), section.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(48), section.Checksum);
        return entry;
    }

    /// <summary>Returns the name and range of an entry.</summary>
    public static (string Name, SectionRange Section) ReadEntry(ReadOnlySpan<byte> entry) => (
        Encoding.ASCII.GetString(entry[..MaxNameLength]).TrimEnd('\0'),
        new SectionRange(
            BinaryPrimitives.ReadInt64LittleEndian(entry[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(entry[40..]),
            BinaryPrimitives.ReadUInt32LittleEndian(entry[48..])));

    /// <summary>Returns the trailer.</summary>
    /// <param name="header">The header of the file.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="offset">The offset of the directory in the file.</param>
    public static byte[] Trailer(ReadOnlySpan<byte> header, ReadOnlySpan<byte> directory, long offset)
    {
        var trailer = new byte[TrailerSize];
        BinaryPrimitives.WriteInt64LittleEndian(trailer, offset);
        BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(8), directory.Length / EntrySize);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(12), Checksum(header, directory, trailer));
        Magic.CopyTo(trailer.AsSpan(16));
        return trailer;
    }

    /// <summary>Returns the offset and the length of the directory; null if the trailer is damaged or missing.</summary>
    public static (long Offset, int Length)? ReadTrailer(ReadOnlySpan<byte> trailer, long fileLength)
    {
        var (offset, count) = (BinaryPrimitives.ReadInt64LittleEndian(trailer), BinaryPrimitives.ReadInt32LittleEndian(trailer[8..]));
        var isValid = trailer.EndsWith(Magic) && count is >= 0 and <= MaxSections && offset >= HeaderSize
            && offset == fileLength - TrailerSize - (long)count * EntrySize;
        return isValid ? (offset, count * EntrySize) : null;
    }

    /// <summary>Returns whether the checksum of a trailer is right.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> header, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> trailer) =>
        BinaryPrimitives.ReadUInt32LittleEndian(trailer[12..]) == Checksum(header, directory, trailer);

    /// <summary>Returns whether a name of a section is valid: 1 to 32 printable ASCII characters.</summary>
    public static bool IsName(string name) => IsName(name, MaxNameLength);

    /// <summary>Returns a length, rounded up to a multiple of <see cref="Alignment"/>.</summary>
    public static long Align(long length) => (length + Alignment - 1) & -Alignment;

    /// <summary>Returns a CRC-32C (Castagnoli), continued from <paramref name="checksum"/>.</summary>
    public static uint Checksum(uint checksum, ReadOnlySpan<byte> bytes)
    {
        checksum = ~checksum;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words) checksum = BitOperations.Crc32C(checksum, word);
        foreach (var one in bytes[(words.Length * sizeof(ulong))..]) checksum = BitOperations.Crc32C(checksum, one);
        return ~checksum;
    }

    private static uint Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> trailer) =>
        Checksum(Checksum(Checksum(0, header), directory), trailer[..12]);

    private static bool IsName(string name, int maxLength) =>
        name.Length > 0 && name.Length <= maxLength && name.All(character => character is > ' ' and <= '~');
}

/// <summary>The place of a section in a file.</summary>
/// <param name="Offset">The offset of the first byte, a multiple of <see cref="SectionLayout.Alignment"/>.</param>
/// <param name="Length">The length in bytes, without the zeros that follow.</param>
/// <param name="Checksum">The CRC-32C of the section with the zeros that follow.</param>
internal readonly record struct SectionRange(long Offset, long Length, uint Checksum);
