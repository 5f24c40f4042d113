using System.Buffers.Binary;

namespace Spotify.Demo.Covers;

/// <summary>How much of the colour's resolution a picture keeps.</summary>
public enum ChromaSampling
{
    /// <summary>4:4:4, a colour for every pixel.</summary>
    Full,

    /// <summary>4:2:0, a colour for every 2 × 2 pixels.</summary>
    Quarter,
}

/// <summary>
/// Encodes pictures as baseline JPEG (ITU-T T.81) in a JFIF 1.01 file (ITU-T T.871), with the example Huffman tables of
/// T.81 Annex K and whole-number arithmetic: equal input gives equal bytes on every machine.
/// </summary>
public static class JpegEncoder
{
    private const int MaxSide = 65_535;

    /// <summary>Encodes one picture.</summary>
    /// <param name="rgb">Rows from top to bottom, three bytes (red, green, blue; sRGB) per pixel.</param>
    /// <param name="width">Pixels per row, 1–65,535.</param>
    /// <param name="height">Rows, 1–65,535.</param>
    /// <param name="quality">1 (smallest) to 100 (best), on the scale of the Independent JPEG Group.</param>
    /// <param name="chroma">Colour resolution.</param>
    /// <returns>The bytes of a .jpg file.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side or the quality is outside its range.</exception>
    /// <exception cref="ArgumentException">The bytes are not exactly those of such a picture.</exception>
    public static byte[] Encode(
        ReadOnlySpan<byte> rgb, int width, int height, int quality = 90, ChromaSampling chroma = ChromaSampling.Full)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MaxSide);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MaxSide);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        if (rgb.Length != 3L * width * height)
            throw new ArgumentException($"{rgb.Length} bytes are not {width} × {height} pixels of three bytes.", nameof(rgb));

        var file = new MemoryStream(width * height / 4);
        var luma = JpegTables.Quantization(JpegTables.LumaQuantization, quality);
        var colour = JpegTables.Quantization(JpegTables.ChromaQuantization, quality);
        WriteHeaders(file, width, height, luma, colour, chroma);
        WriteScan(file, rgb, width, height, luma, colour, chroma);
        file.Write([0xFF, 0xD9]);
        return file.ToArray();
    }

    private static void WriteHeaders(MemoryStream file, int width, int height, byte[] luma, byte[] colour, ChromaSampling chroma)
    {
        file.Write([0xFF, 0xD8]);
        // JFIF 1.01, square pixels, no thumbnail.
        WriteSegment(file, 0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
        WriteSegment(file, 0xDB, [0, .. JpegTables.ZigZag(luma), 1, .. JpegTables.ZigZag(colour)]);
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(size[2..], (ushort)width);
        var lumaFactors = (byte)(chroma == ChromaSampling.Full ? 0x11 : 0x22);
        WriteSegment(file, 0xC0, [8, .. size, 3, 1, lumaFactors, 0, 2, 0x11, 1, 3, 0x11, 1]);
        WriteSegment(file, 0xC4, [0x00, .. JpegTables.LumaDc, 0x10, .. JpegTables.LumaAc]);
        WriteSegment(file, 0xC4, [0x01, .. JpegTables.ChromaDc, 0x11, .. JpegTables.ChromaAc]);
        WriteSegment(file, 0xDA, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
    }

    private static void WriteSegment(MemoryStream file, byte marker, ReadOnlySpan<byte> content)
    {
        Span<byte> head = [0xFF, marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(content.Length + 2));
        file.Write(head);
        file.Write(content);
    }

    private static void WriteScan(
        MemoryStream file, ReadOnlySpan<byte> rgb, int width, int height, byte[] luma, byte[] colour, ChromaSampling chroma)
    {
        var planes = new JpegPlanes(rgb, width, height, chroma);
        var bits = new JpegBitWriter(file);
        var y = new JpegComponent(planes.Luma, luma, JpegTables.LumaDc, JpegTables.LumaAc);
        var cb = new JpegComponent(planes.Blue, colour, JpegTables.ChromaDc, JpegTables.ChromaAc);
        var cr = new JpegComponent(planes.Red, colour, JpegTables.ChromaDc, JpegTables.ChromaAc);
        var lumaBlocks = chroma == ChromaSampling.Full ? 1 : 2;
        for (var row = 0; row < planes.Blue.Rows / 8; row++)
        {
            for (var column = 0; column < planes.Blue.Columns / 8; column++)
            {
                for (var part = 0; part < lumaBlocks * lumaBlocks; part++)
                    y.WriteBlock(bits, (column * lumaBlocks) + (part % lumaBlocks), (row * lumaBlocks) + (part / lumaBlocks));
                cb.WriteBlock(bits, column, row);
                cr.WriteBlock(bits, column, row);
            }
        }
        bits.Flush();
    }
}
