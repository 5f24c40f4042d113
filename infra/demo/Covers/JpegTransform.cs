namespace Spotify.Demo.Covers;

/// <summary>
/// The discrete cosine transform of 8 × 8 values in whole numbers: Loeffler, Ligtenberg and Moschytz, "Practical fast 1-D
/// DCT algorithms with 11 multiplications", ICASSP 1989.
/// </summary>
internal static class JpegTransform
{
    /// <summary>The results are larger than those of ITU-T T.81, section A.3.3, by this power of two.</summary>
    public const int ScaleBits = 3;

    private const int FractionBits = 13;
    private const int PassBits = 2;

    // Sums of cosines from the paper's rotations, in 8192ths; the name gives the value.
    private const int F0298631336 = 2_446;
    private const int F0390180644 = 3_196;
    private const int F0541196100 = 4_433;
    private const int F0765366865 = 6_270;
    private const int F0899976223 = 7_373;
    private const int F1175875602 = 9_633;
    private const int F1501321110 = 12_299;
    private const int F1847759065 = 15_137;
    private const int F1961570560 = 16_069;
    private const int F2053119869 = 16_819;
    private const int F2562915447 = 20_995;
    private const int F3072711026 = 25_172;

    /// <summary>Transforms in place.</summary>
    /// <param name="block">64 values of −128…127, row by row; then the coefficients, times 2^<see cref="ScaleBits"/>.</param>
    public static void Forward(Span<int> block)
    {
        for (var row = 0; row < 8; row++)
            Pass(block[(row * 8)..], 1, -PassBits);
        for (var column = 0; column < 8; column++)
            Pass(block[column..], 8, PassBits);
    }

    /// <summary>Transforms the eight values that lie <paramref name="step"/> apart and divides by 2^<paramref name="shift"/>.</summary>
    private static void Pass(Span<int> v, int step, int shift)
    {
        int sum0 = v[0] + v[7 * step], diff0 = v[0] - v[7 * step];
        int sum1 = v[step] + v[6 * step], diff1 = v[step] - v[6 * step];
        int sum2 = v[2 * step] + v[5 * step], diff2 = v[2 * step] - v[5 * step];
        int sum3 = v[3 * step] + v[4 * step], diff3 = v[3 * step] - v[4 * step];

        int even0 = sum0 + sum3, even3 = sum0 - sum3, even1 = sum1 + sum2, even2 = sum1 - sum2;
        v[0] = Scale((even0 + even1) << FractionBits, shift);
        v[4 * step] = Scale((even0 - even1) << FractionBits, shift);
        var turn = (even2 + even3) * F0541196100;
        v[2 * step] = Scale(turn + (even3 * F0765366865), shift);
        v[6 * step] = Scale(turn - (even2 * F1847759065), shift);

        var z5 = (diff3 + diff1 + diff2 + diff0) * F1175875602;
        var z1 = (diff3 + diff0) * -F0899976223;
        var z2 = (diff2 + diff1) * -F2562915447;
        var z3 = z5 - ((diff3 + diff1) * F1961570560);
        var z4 = z5 - ((diff2 + diff0) * F0390180644);
        v[7 * step] = Scale((diff3 * F0298631336) + z1 + z3, shift);
        v[5 * step] = Scale((diff2 * F2053119869) + z2 + z4, shift);
        v[3 * step] = Scale((diff1 * F3072711026) + z2 + z3, shift);
        v[step] = Scale((diff0 * F1501321110) + z1 + z4, shift);
    }

    private static int Scale(int value, int shift)
    {
        var bits = FractionBits + shift;
        return (value + (1 << (bits - 1))) >> bits;
    }
}
