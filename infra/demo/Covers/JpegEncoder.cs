using System.Numerics;

namespace Spotify.Demo.Covers;

/// <summary>
/// An encoder of pictures as baseline JPEG in a JFIF file (ITU-T T.81 and T.871), with the example tables of T.81 Annex K.
/// </summary>
internal sealed class JpegEncoder
{
    // The order of the coefficients in the file (figure A.6): an index into a block, row by row.
    private static readonly byte[] ZigZag =
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42,
        49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    // Quantization tables K.1 and K.2, in zigzag order.
    private static readonly byte[] LumaSteps =
    [
        16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
        56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92,
        101, 103, 99,
    ];

    private static readonly byte[] ChromaSteps =
        [17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, .. Enumerable.Repeat<byte>(99, 50)];

    // Huffman tables K.3 and K.5: the number of codes of each length 1-16, then the symbols.
    private static readonly byte[] DcTable = Convert.FromHexString("00010501010101010100000000000000000102030405060708090A0B");

    private static readonly byte[] AcTable = Convert.FromHexString(
        "0002010303020403050504040000017D01020300041105122131410613516107227114328191A1082342B1C11552D1F0243362728209" +
        "0A161718191A25262728292A3435363738393A434445464748494A535455565758595A636465666768696A737475767778797A838485" +
        "868788898A92939495969798999AA2A3A4A5A6A7A8A9AAB2B3B4B5B6B7B8B9BAC2C3C4C5C6C7C8C9CAD2D3D4D5D6D7D8D9DAE1E2E3E4" +
        "E5E6E7E8E9EAF1F2F3F4F5F6F7F8F9FA");

    private static readonly (int Code, int Length)[] DcCodes = Codes(DcTable), AcCodes = Codes(AcTable);

    // The DCT as a matrix (section A.3.3).
    private static readonly float[] Cosines =
    [
        .. Enumerable.Range(0, 64).Select(i =>
            (float)(Math.Cos(((2 * (i % 8)) + 1) * (i / 8) * Math.PI / 16) / 2 * (i < 8 ? Math.Sqrt(0.5) : 1))),
    ];

    private readonly MemoryStream file = new();
    private int pending, pendingBits;

    private JpegEncoder()
    {
    }

    /// <summary>Encodes a picture, with full color resolution.</summary>
    /// <param name="rgb">Rows from top to bottom, three bytes (red, green, blue; sRGB) per pixel.</param>
    /// <param name="width">Pixels per row, 1-65,535.</param>
    /// <param name="height">Rows, 1-65,535.</param>
    /// <param name="quality">1 (smallest) to 100 (best), on the scale of the Independent JPEG Group.</param>
    /// <returns>The bytes of a .jpg file.</returns>
    /// <exception cref="ArgumentException">The arguments do not describe a picture, or the quality is out of range.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> rgb, int width, int height, int quality = 90)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((ushort)width, width);
        ArgumentOutOfRangeException.ThrowIfNotEqual((ushort)height, height);
        ArgumentOutOfRangeException.ThrowIfZero(width * height);
        ArgumentOutOfRangeException.ThrowIfNotEqual(Math.Clamp(quality, 1, 100), quality);
        if (rgb.Length != 3L * width * height) throw new ArgumentException("The buffer does not match the size.", nameof(rgb));

        var percent = quality < 50 ? 5000 / quality : 200 - (2 * quality);
        byte[][] steps = [Scale(LumaSteps, percent), Scale(ChromaSteps, percent)];
        var jpeg = new JpegEncoder();
        jpeg.WriteHeaders(width, height, steps);
        jpeg.WriteScan(rgb, width, height, steps);
        jpeg.file.Write([0xFF, 0xD9]);
        return jpeg.file.ToArray();
    }

    private static byte[] Scale(byte[] steps, int percent) =>
        [.. steps.Select(step => (byte)Math.Clamp(((step * percent) + 50) / 100, 1, 255))];

    private void WriteHeaders(int width, int height, byte[][] steps)
    {
        file.Write([0xFF, 0xD8]);
        // JFIF 1.01, square pixels, no thumbnail.
        WriteSegment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
        WriteSegment(0xDB, [0, .. steps[0], 1, .. steps[1]]);
        byte[] size = [(byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width];
        WriteSegment(0xC0, [8, .. size, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]);
        WriteSegment(0xC4, [0x00, .. DcTable]);
        WriteSegment(0xC4, [0x10, .. AcTable]);
        WriteSegment(0xDA, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
    }

    private void WriteSegment(byte marker, byte[] content)
    {
        var length = content.Length + 2;
        file.Write([0xFF, marker, (byte)(length >> 8), (byte)length, .. content]);
    }

    private void WriteScan(ReadOnlySpan<byte> rgb, int width, int height, byte[][] steps)
    {
        var blocks = new float[3][] { new float[64], new float[64], new float[64] };
        Span<int> last = [0, 0, 0];
        for (var top = 0; top < height; top += 8)
        {
            for (var left = 0; left < width; left += 8)
            {
                for (var i = 0; i < 64; i++)
                {
                    // The last row and column are repeated up to whole blocks.
                    var (x, y) = (Math.Min(left + (i % 8), width - 1), Math.Min(top + (i / 8), height - 1));
                    var pixel = rgb.Slice(3 * ((y * width) + x), 3);
                    var (r, g, b) = ((float)pixel[0], (float)pixel[1], (float)pixel[2]);
                    // Luma and color differences (T.871, section 7), around zero.
                    var luma = (0.299f * r) + (0.587f * g) + (0.114f * b);
                    (blocks[0][i], blocks[1][i], blocks[2][i]) = (luma - 128, (b - luma) / 1.772f, (r - luma) / 1.402f);
                }

                for (var component = 0; component < 3; component++)
                    last[component] = WriteBlock(Transform(blocks[component]), steps[Math.Min(component, 1)], last[component]);
            }
        }

        // The last byte is padded with ones.
        WriteBits(0x7F, 7);
    }

    /// <summary>Returns the two-dimensional DCT of a block: C · block · Cᵀ.</summary>
    private static float[] Transform(float[] block)
    {
        float[] half = new float[64], full = new float[64];
        for (var i = 0; i < 64; i++)
            for (var k = 0; k < 8; k++) half[i] += Cosines[(i & ~7) + k] * block[(8 * k) + (i & 7)];
        for (var i = 0; i < 64; i++)
            for (var k = 0; k < 8; k++) full[i] += half[(i & ~7) + k] * Cosines[(8 * (i & 7)) + k];
        return full;
    }

    /// <summary>Quantizes and writes a block (Annex F.1).</summary>
    /// <returns>The DC coefficient, which the next block of the component is relative to.</returns>
    private int WriteBlock(float[] block, byte[] steps, int lastDc)
    {
        var dc = (int)MathF.Round(block[0] / steps[0]);
        WriteValue(DcCodes, 0, dc - lastDc);
        var zeros = 0;
        for (var i = 1; i < 64; i++)
        {
            var value = (int)MathF.Round(block[ZigZag[i]] / steps[i]);
            if (value == 0)
            {
                zeros++;
                continue;
            }

            for (; zeros >= 16; zeros -= 16) WriteBits(AcCodes[0xF0].Code, AcCodes[0xF0].Length);
            WriteValue(AcCodes, zeros, value);
            zeros = 0;
        }

        if (zeros > 0) WriteBits(AcCodes[0].Code, AcCodes[0].Length);
        return dc;
    }

    /// <summary>Writes the code of (preceding zeros, bits of the value), then the bits; negative values minus one.</summary>
    private void WriteValue((int Code, int Length)[] codes, int zeros, int value)
    {
        var size = 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(value));
        var (code, length) = codes[(zeros << 4) | size];
        WriteBits(code, length);
        WriteBits((value < 0 ? value - 1 : value) & ((1 << size) - 1), size);
    }

    private void WriteBits(int value, int count)
    {
        pending = (pending << count) | value;
        for (pendingBits += count; pendingBits >= 8; pendingBits -= 8)
        {
            var next = (byte)(pending >> (pendingBits - 8));
            file.WriteByte(next);
            // A zero byte follows each 0xFF, which would otherwise start a marker.
            if (next == 0xFF) file.WriteByte(0);
        }
    }

    /// <summary>Returns the code of each symbol of a Huffman table (Annex C.2).</summary>
    private static (int Code, int Length)[] Codes(byte[] table)
    {
        var codes = new (int, int)[256];
        var (next, symbol) = (0, 16);
        for (var length = 1; length <= 16; length++, next <<= 1)
            for (var i = 0; i < table[length - 1]; i++) codes[table[symbol++]] = (next++, length);
        return codes;
    }
}
