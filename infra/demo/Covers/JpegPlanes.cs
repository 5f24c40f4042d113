namespace Spotify.Demo.Covers;

/// <summary>One component of a picture, row by row; its sides are multiples of eight.</summary>
internal sealed record JpegPlane(byte[] Values, int Columns, int Rows);

/// <summary>
/// A picture as luma and two colour differences (ITU-T T.871, section 7), its last row and column repeated up to whole
/// units of 8 × 8 or, with a quarter of the colour, 16 × 16 pixels.
/// </summary>
internal sealed class JpegPlanes
{
    private const int FractionBits = 16;
    private const int Half = 1 << (FractionBits - 1);
    private const int Middle = (128 << FractionBits) + Half - 1;

    public JpegPlanes(ReadOnlySpan<byte> rgb, int width, int height, ChromaSampling chroma)
    {
        var unit = chroma == ChromaSampling.Full ? 8 : 16;
        var columns = (width + unit - 1) / unit * unit;
        var rows = (height + unit - 1) / unit * unit;
        Luma = new(new byte[columns * rows], columns, rows);
        Blue = new(new byte[columns * rows], columns, rows);
        Red = new(new byte[columns * rows], columns, rows);
        for (var row = 0; row < rows; row++)
        {
            var line = rgb.Slice(Math.Min(row, height - 1) * width * 3, width * 3);
            for (var column = 0; column < columns; column++)
            {
                var pixel = line.Slice(Math.Min(column, width - 1) * 3, 3);
                Convert(pixel[0], pixel[1], pixel[2], (row * columns) + column);
            }
        }
        if (chroma == ChromaSampling.Quarter)
            (Blue, Red) = (Halve(Blue), Halve(Red));
    }

    /// <summary>Brightness.</summary>
    public JpegPlane Luma { get; }

    /// <summary>Blue difference.</summary>
    public JpegPlane Blue { get; }

    /// <summary>Red difference.</summary>
    public JpegPlane Red { get; }

    // Factors are those of T.871 in 65,536ths; each row of them adds up to exactly 1, or 0 for the differences.
    private void Convert(int red, int green, int blue, int index)
    {
        Luma.Values[index] = (byte)(((19_595 * red) + (38_470 * green) + (7_471 * blue) + Half) >> FractionBits);
        Blue.Values[index] = (byte)(((-11_059 * red) - (21_709 * green) + (32_768 * blue) + Middle) >> FractionBits);
        Red.Values[index] = (byte)(((32_768 * red) - (27_439 * green) - (5_329 * blue) + Middle) >> FractionBits);
    }

    private static JpegPlane Halve(JpegPlane plane)
    {
        var (columns, rows) = (plane.Columns / 2, plane.Rows / 2);
        var values = new byte[columns * rows];
        for (var i = 0; i < values.Length; i++)
        {
            var top = (i / columns * 2 * plane.Columns) + (i % columns * 2);
            var bottom = top + plane.Columns;
            var sum = plane.Values[top] + plane.Values[top + 1] + plane.Values[bottom] + plane.Values[bottom + 1];
            values[i] = (byte)((sum + 2) >> 2);
        }
        return new(values, columns, rows);
    }
}
