namespace Spotify.Events.Sketches;

/// <summary>
/// A sketch of how often each item occurs: additions minus removals, in constant memory. If no item is removed more often than it was
/// added, an estimate is never too low, and with a probability of 98 % (1 − e^−<see cref="Depth"/>) too high by at most
/// e / <see cref="Width"/> = 0.07 % of <see cref="Total"/>. Merging sketches in any order gives the sketch of all changes, exactly.
/// </summary>
/// <remarks>Cormode and Muthukrishnan, "An improved data stream summary: the count-min sketch and its applications" (2005).</remarks>
public sealed class CountMin
{
    /// <summary>The number of rows, each with a hash function of its own.</summary>
    public const int Depth = 4;

    /// <summary>The number of cells of a row; a power of two.</summary>
    public const int Width = 1 << WidthBits;

    private const int WidthBits = 12;

    private const byte Version = 1;

    // Multipliers of the hash functions: digits of pi. They are part of the format, because only equal functions can be merged.
    private static readonly (ulong High, ulong Low, ulong Offset)[] Hashes =
    [
        (0x243F6A8885A308D3, 0x13198A2E03707345, 0xA4093822299F31D0), (0x082EFA98EC4E6C89, 0x452821E638D01377, 0xBE5466CF34E90C6C),
        (0xC0AC29B7C97C50DD, 0x3F84D5B5B5470917, 0x9216D5D98979FB1B), (0xD1310BA698DFB5AD, 0x2FFD72DBD01ADFB7, 0xB8E1AFED6A267E96),
    ];

    private readonly long[] cells = new long[Depth * Width];

    /// <summary>The sum of all changes.</summary>
    public long Total { get; private set; }

    /// <summary>Reads a sketch that <see cref="Encode"/> has written.</summary>
    /// <exception cref="InvalidDataException">The bytes are corrupt.</exception>
    /// <exception cref="NotSupportedException">Another version has written the bytes.</exception>
    public static CountMin Decode(byte[] bytes)
    {
        var reader = new DocumentReader(bytes, Version);
        var read = new CountMin { Total = reader.ReadSigned() };
        var cell = -1;
        for (var left = reader.ReadLength(Depth * Width); left > 0; left--)
        {
            cell += reader.ReadLength(Depth * Width);
            if (cell < 0 || cell >= Depth * Width) throw new InvalidDataException("A cell of the sketch is out of range.");
            read.cells[cell] = reader.ReadSigned();
        }

        reader.End();
        return read;
    }

    /// <summary>Adds an item, or removes it if the change is negative.</summary>
    public void Add(UInt128 item, long change)
    {
        for (var row = 0; row < Depth; row++) cells[CellOf(row, item)] += change;
        Total += change;
    }

    /// <summary>Makes all changes of another sketch.</summary>
    public void Merge(CountMin other)
    {
        for (var i = 0; i < cells.Length; i++) cells[i] += other.cells[i];
        Total += other.Total;
    }

    /// <summary>Returns how often an item occurs; at least 0.</summary>
    public long Estimate(UInt128 item)
    {
        var least = long.MaxValue;
        for (var row = 0; row < Depth; row++) least = Math.Min(least, cells[CellOf(row, item)]);
        return Math.Max(0, least);
    }

    /// <summary>Returns a copy, which can be changed without changing this one.</summary>
    public CountMin Clone()
    {
        var copy = new CountMin { Total = Total };
        cells.CopyTo(copy.cells, 0);
        return copy;
    }

    /// <summary>Returns the sketch in a compact format: two to four bytes for each cell that is not 0.</summary>
    public byte[] Encode()
    {
        var writer = new DocumentWriter(Version);
        writer.WriteSigned(Total);
        writer.WriteNumber(cells.Length - cells.AsSpan().Count(0));
        var last = -1;
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i] == 0) continue;
            writer.WriteNumber(i - last);
            writer.WriteSigned(cells[i]);
            last = i;
        }

        return writer.ToDocument();
    }

    // Multiply-shift (Dietzfelbinger et al. 1997) of both halves of the item.
    private static int CellOf(int row, UInt128 item)
    {
        var (high, low, offset) = Hashes[row];
        var hash = unchecked((high * (ulong)(item >> 64)) + (low * (ulong)item) + offset);
        return (row * Width) + (int)(hash >> (64 - WidthBits));
    }
}
