using System.Numerics;

namespace Spotify.Demo.Flac;

/// <summary>One channel of a block in its cheapest encoding: constant, verbatim or a fixed predictor (RFC 9639, section 9.2).</summary>
internal sealed class FlacSubframe
{
    private const int MaxOrder = 4;
    private const int MaxRiceParameter = 14;

    // The type codes of table 19; a fixed predictor adds its order.
    private const int Constant = 0;
    private const int Verbatim = 1;
    private const int Fixed = 8;

    private readonly int[] samples;
    private readonly int sampleBits;
    private readonly int type = Verbatim;
    private readonly int order;
    private readonly uint[] residual = [];
    private readonly int[] parameters = [];

    /// <param name="samples">1–4096 samples.</param>
    /// <param name="sampleBits">16, or 17 for the difference of two channels.</param>
    public FlacSubframe(int[] samples, int sampleBits)
    {
        (this.samples, this.sampleBits) = (samples, sampleBits);
        Bits = samples.Length * sampleBits;
        if (!samples.AsSpan().ContainsAnyExcept(samples[0]))
        {
            (type, Bits) = (Constant, sampleBits);
            return;
        }

        if (samples.Length <= MaxOrder) return;
        (order, residual) = Predict(samples);
        // Up to 16 partitions, each longer than the predictor's order.
        var partitionOrder = Math.Min(4, BitOperations.TrailingZeroCount(samples.Length));
        while (samples.Length >> partitionOrder <= order) partitionOrder--;
        parameters = new int[1 << partitionOrder];
        var bits = 6 + (order * sampleBits);
        for (var i = 0; i < parameters.Length; i++)
        {
            var (count, sum) = (0, 0L);
            foreach (var value in Partition(i)) (count, sum) = (count + 1, sum + value);
            parameters[i] = Math.Min(MaxRiceParameter, BitOperations.Log2((uint)(sum / count) | 1));
            // The shifted sum is an upper bound of the sum of the shifted values.
            bits += 4 + (count * (parameters[i] + 1)) + (int)(sum >> parameters[i]);
        }

        if (bits < Bits) (type, Bits) = (Fixed + order, bits);
    }

    /// <summary>An upper bound of the size in bits, without the header.</summary>
    public int Bits { get; }

    public void Write(BitWriter bits)
    {
        bits.Write((uint)type << 1, 8);
        var plain = type switch { Constant => 1, Verbatim => samples.Length, _ => order };
        foreach (var sample in samples.AsSpan(0, plain)) bits.Write((uint)sample & (uint.MaxValue >> (32 - sampleBits)), sampleBits);
        if (type < Fixed) return;

        bits.Write((uint)BitOperations.Log2((uint)parameters.Length), 6);
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = parameters[i];
            bits.Write((uint)parameter, 4);
            foreach (var value in Partition(i))
            {
                var zeros = (int)(value >> parameter);
                if (zeros + parameter >= 32)
                {
                    bits.WriteZeros(zeros);
                    zeros = 0;
                }

                bits.Write((1u << parameter) | (value & ((1u << parameter) - 1)), zeros + 1 + parameter);
            }
        }
    }

    private ReadOnlySpan<uint> Partition(int index)
    {
        var size = samples.Length / parameters.Length;
        return residual.AsSpan()[Math.Max(order, index * size)..((index + 1) * size)];
    }

    /// <summary>Returns a predictor and its residual, mapped to unsigned numbers: 0, −1, 1, −2 become 0, 1, 2, 3.</summary>
    private static (int Order, uint[] Residual) Predict(int[] samples)
    {
        // The sums of the residuals of each order, over every fourth sample.
        Span<long> sums = [0, 0, 0, 0, 0];
        for (var i = MaxOrder; i < samples.Length; i += 4)
        {
            var (a, b, c, d, e) = (samples[i], samples[i - 1], samples[i - 2], samples[i - 3], samples[i - 4]);
            sums[0] += Math.Abs(a);
            sums[1] += Math.Abs(a - b);
            sums[2] += Math.Abs(a - (2 * b) + c);
            sums[3] += Math.Abs(a - (3 * b) + (3 * c) - d);
            sums[4] += Math.Abs(a - (4 * b) + (6 * c) - (4 * d) + e);
        }

        var order = 0;
        for (var i = 1; i <= MaxOrder; i++)
            if (sums[i] < sums[order]) order = i;
        var difference = (int[])samples.Clone();
        for (var pass = 0; pass < order; pass++)
            for (var i = samples.Length - 1; i > pass; i--) difference[i] -= difference[i - 1];
        return (order, Array.ConvertAll(difference, value => (uint)((value << 1) ^ (value >> 31))));
    }
}
