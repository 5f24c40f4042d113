using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Spotify.Search.Terms;

/// <summary>
/// The format of a term dictionary: a header and sections whose places follow from the counts in the header. Numbers are little-endian.
/// <code>
/// header     magic (8 bytes), version, checksum of the rest, nodes, terms, rare letters, 0, documents (8 bytes)
/// children   1 bit per node: it has children                      nodes are numbered by depth, then in the order of their parents;
/// last       1 bit per node: it is the last child of its parent   the children of a node are adjacent; the root has no number
/// terms      1 bit per node: a term ends here
/// rare       1 bit per node: its letter is in the section of rare letters, in the order of nodes
/// letters    255 × 4 bytes: the code points of labels
/// rare       4 bytes per rare letter: its code point
/// frequency  2 bytes per term: the lower 11 bits, shifted left by the upper 5 bits
/// weight     1 byte per term
/// labels     1 byte per node: the number of its letter
/// best       1 byte per node: the greatest weight of the terms that start here
/// </code>
/// The bit vectors are padded to 64 bits.
/// </summary>
internal readonly struct TermFile
{
    public const int HeaderLength = 40;
    public const int CommonLetters = 255;

    public const ulong Magic = 0x3154_4349_4453_5054;
    public const int Version = 1;

    private const int ChecksummedFrom = 16;

    private TermFile(int nodes, int terms, int rare, long documents)
    {
        (Nodes, Terms, Rare, Documents) = (nodes, terms, rare, documents);
        long at = HeaderLength;
        Bits = (nodes + 63L) / 64 * 8;
        Letters = (at += 4 * Bits, 4L * CommonLetters);
        RareLetters = (at += Letters.Length, 4L * rare);
        Frequencies = (at += RareLetters.Length, 2L * terms);
        Weights = (at += Frequencies.Length, terms);
        Labels = (at += Weights.Length, nodes);
        Best = (at += Labels.Length, nodes);
        Length = at + Best.Length;
    }

    public int Nodes { get; }

    public int Terms { get; }

    public int Rare { get; }

    public long Documents { get; }

    /// <summary>The length of the file.</summary>
    public long Length { get; }

    /// <summary>The length of a bit vector.</summary>
    public long Bits { get; }

    public (long Offset, long Length) Letters { get; }

    public (long Offset, long Length) RareLetters { get; }

    public (long Offset, long Length) Frequencies { get; }

    public (long Offset, long Length) Weights { get; }

    public (long Offset, long Length) Labels { get; }

    public (long Offset, long Length) Best { get; }

    /// <summary>Reads the header, and checks it and the checksum.</summary>
    /// <exception cref="InvalidDataException">The file is no dictionary of this version, or it is damaged.</exception>
    public static TermFile Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderLength || BinaryPrimitives.ReadUInt64LittleEndian(file) != Magic)
            throw new InvalidDataException("The file is not a term dictionary.");
        var version = Int(file, 8);
        if (version != Version)
            throw new InvalidDataException($"The term dictionary has version {version}, not {Version}.");
        var (nodes, terms, rare, documents) =
            (Int(file, 16), Int(file, 20), Int(file, 24), BinaryPrimitives.ReadInt64LittleEndian(file[32..]));
        if (nodes < 0 || terms < 0 || rare < 0 || documents < 0)
            throw new InvalidDataException("The term dictionary has a negative count.");
        var layout = new TermFile(nodes, terms, rare, documents);
        if (layout.Length != file.Length)
            throw new InvalidDataException($"The term dictionary has {file.Length} bytes, not the {layout.Length} of its header.");
        if ((uint)Int(file, 12) != Checksum(0, file[ChecksummedFrom..])) throw new InvalidDataException("The term dictionary is damaged.");
        return layout;

        static int Int(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadInt32LittleEndian(bytes[offset..]);
    }

    /// <summary>Returns a file with a header, but without content.</summary>
    public static (TermFile Layout, byte[] File) Create(int nodes, int terms, int rare, long documents)
    {
        var layout = new TermFile(nodes, terms, rare, documents);
        var file = new byte[layout.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), nodes);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(20), terms);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), rare);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(32), documents);
        return (layout, file);
    }

    /// <summary>Writes the checksum of a file that has all its content.</summary>
    public static void Seal(Span<byte> file) =>
        BinaryPrimitives.WriteUInt32LittleEndian(file[12..], Checksum(0, file[ChecksummedFrom..]));

    /// <summary>Returns the CRC-32C of bytes that follow others.</summary>
    public static uint Checksum(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words) checksum = BitOperations.Crc32C(checksum, word);
        foreach (var last in bytes[(8 * words.Length)..]) checksum = BitOperations.Crc32C(checksum, last);
        return checksum;
    }

    /// <summary>Returns the two bytes of a frequency. Frequencies from 2,048 are rounded down by less than 0.1 %.</summary>
    public static ushort Pack(int frequency)
    {
        var shift = Math.Max(0, BitOperations.Log2((uint)frequency) - 10);
        return (ushort)(shift << 11 | frequency >> shift);
    }

    /// <summary>Returns the frequency of two bytes.</summary>
    public static int Unpack(ushort packed) => (int)Math.Min(int.MaxValue, (long)(packed & 0x7ff) << (packed >> 11));
}
