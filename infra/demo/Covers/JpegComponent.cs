using System.Numerics;

namespace Spotify.Demo.Covers;

/// <summary>Transforms, quantises and codes the blocks of one component (ITU-T T.81, Annexes A.3 and F.1).</summary>
internal sealed class JpegComponent
{
    private const int BlockSize = 64;
    private const int EndOfBlock = 0x00;
    private const int SixteenZeros = 0xF0;

    private readonly JpegPlane plane;
    private readonly byte[] quantization;
    private readonly (ushort Code, byte Length)[] dc;
    private readonly (ushort Code, byte Length)[] ac;
    private int lastDc;

    public JpegComponent(JpegPlane plane, byte[] quantization, ReadOnlySpan<byte> dcTable, ReadOnlySpan<byte> acTable)
    {
        this.plane = plane;
        this.quantization = quantization;
        dc = Codes(dcTable);
        ac = Codes(acTable);
    }

    /// <summary>Writes the block at that place, counted in blocks of 8 × 8 values.</summary>
    public void WriteBlock(JpegBitWriter bits, int column, int row)
    {
        Span<int> block = stackalloc int[BlockSize];
        for (var i = 0; i < BlockSize; i++)
            block[i] = plane.Values[(((row * 8) + (i / 8)) * plane.Columns) + (column * 8) + (i % 8)] - 128;
        JpegTransform.Forward(block);
        for (var i = 0; i < BlockSize; i++)
            block[i] = Quantize(block[i], quantization[i] << JpegTransform.ScaleBits);

        WriteValue(bits, dc, 0, block[0] - lastDc);
        lastDc = block[0];
        var zeros = 0;
        for (var i = 1; i < BlockSize; i++)
        {
            var value = block[JpegTables.ZigZagOrder[i]];
            if (value == 0)
            {
                zeros++;
                continue;
            }
            for (; zeros >= 16; zeros -= 16)
                bits.Write(ac[SixteenZeros].Code, ac[SixteenZeros].Length);
            WriteValue(bits, ac, zeros, value);
            zeros = 0;
        }
        if (zeros > 0)
            bits.Write(ac[EndOfBlock].Code, ac[EndOfBlock].Length);
    }

    private static int Quantize(int value, int step) =>
        value < 0 ? -((-value + (step / 2)) / step) : (value + (step / 2)) / step;

    /// <summary>The code of (zeros before, bits of the value), then the bits; a negative value is written less one.</summary>
    private static void WriteValue(JpegBitWriter bits, (ushort Code, byte Length)[] codes, int zeros, int value)
    {
        var size = 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(value));
        var (code, length) = codes[(zeros << 4) | size];
        bits.Write(code, length);
        bits.Write((uint)(value < 0 ? value - 1 : value) & ((1u << size) - 1), size);
    }

    /// <summary>The code of each symbol, from a table as a DHT segment holds it (Annex C.2).</summary>
    private static (ushort Code, byte Length)[] Codes(ReadOnlySpan<byte> table)
    {
        const int Lengths = 16;
        var codes = new (ushort, byte)[256];
        var next = 0;
        var symbol = Lengths;
        for (var length = 1; length <= Lengths; length++)
        {
            for (var i = 0; i < table[length - 1]; i++)
                codes[table[symbol++]] = ((ushort)next++, (byte)length);
            next <<= 1;
        }
        return codes;
    }
}
