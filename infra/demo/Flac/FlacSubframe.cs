using System.Numerics;

namespace Spotify.Demo.Flac;

/// <summary>
/// One channel of one FLAC block: <see cref="Analyze"/> finds the cheapest of the constant, verbatim and fixed-predictor
/// forms, <see cref="Write"/> writes it (RFC 9639, section 9.2).
/// </summary>
/// <param name="capacity">Most samples in a block.</param>
internal sealed class FlacSubframe(int capacity)
{
    private const int MaxOrder = 4;
    private const int MaxPartitionOrder = 6;
    private const int MaxRiceParameter = 14;
    private const int HeaderBits = 8;

    /// <summary>Bits before the first Rice partition: the coding method and the partition order.</summary>
    private const int ResidualHeaderBits = 6;
    private const int RiceParameterBits = 4;

    // Residuals folded to unsigned numbers: 0, -1, 1, -2, … become 0, 1, 2, 3, …
    private readonly uint[] folded = new uint[capacity];
    private readonly ulong[] partitionSums = new ulong[1 << MaxPartitionOrder];
    private readonly int[] parameters = new int[1 << MaxPartitionOrder];
    private readonly int[] candidates = new int[1 << MaxPartitionOrder];
    private Form form;
    private int count;
    private int order;
    private int partitionOrder;
    private int sampleBits;

    private enum Form
    {
        Constant,
        Verbatim,
        Fixed,
    }

    /// <summary>The block's samples, to be filled before <see cref="Analyze"/>.</summary>
    public int[] Samples { get; } = new int[capacity];

    /// <summary>Size in bits of the form found by <see cref="Analyze"/>: never less than what <see cref="Write"/> writes.</summary>
    public long Bits { get; private set; }

    /// <summary>Finds the cheapest form of the first <paramref name="length"/> samples.</summary>
    /// <param name="length">1 to the capacity.</param>
    /// <param name="bitsPerSample">16, or 17 for the difference of two channels.</param>
    public void Analyze(int length, int bitsPerSample)
    {
        (count, sampleBits) = (length, bitsPerSample);
        var samples = Samples.AsSpan(0, length);
        if (!samples.ContainsAnyExcept(samples[0]))
        {
            (form, Bits) = (Form.Constant, HeaderBits + sampleBits);
            return;
        }
        (form, Bits) = (Form.Verbatim, HeaderBits + ((long)count * sampleBits));
        if (count <= MaxOrder)
            return;
        order = BestOrder(samples);
        Fold(samples, order, folded);
        var bits = HeaderBits + (order * sampleBits) + ResidualHeaderBits + PartitionBits();
        if (bits < Bits)
            (form, Bits) = (Form.Fixed, bits);
    }

    /// <summary>Writes the form found last.</summary>
    public void Write(BitWriter writer)
    {
        // Type codes of RFC 9639, table 19, with the padding bit before and "no wasted bits" after.
        var type = form switch { Form.Constant => 0, Form.Verbatim => 1, _ => 8 + order };
        writer.Write((uint)type << 1, HeaderBits);
        var plain = form switch { Form.Constant => 1, Form.Verbatim => count, _ => order };
        foreach (var sample in Samples.AsSpan(0, plain))
            writer.WriteSigned(sample, sampleBits);
        if (form == Form.Fixed)
            WriteResidual(writer);
    }

    private void WriteResidual(BitWriter writer)
    {
        writer.Write((uint)partitionOrder, ResidualHeaderBits);
        var size = count >> partitionOrder;
        var position = order;
        for (var partition = 0; partition < 1 << partitionOrder; partition++)
        {
            var parameter = parameters[partition];
            writer.Write((uint)parameter, RiceParameterBits);
            var stop = 1u << parameter;
            for (var end = (partition + 1) * size; position < end; position++)
            {
                var value = folded[position];
                var zeros = (int)(value >> parameter);
                var rest = stop | (value & (stop - 1));
                if (zeros + 1 + parameter <= 32)
                {
                    writer.Write(rest, zeros + 1 + parameter);
                    continue;
                }
                writer.WriteZeros(zeros);
                writer.Write(rest, 1 + parameter);
            }
        }
    }

    /// <summary>The order whose residual is smallest in sum, which is very nearly the cheapest.</summary>
    private static int BestOrder(ReadOnlySpan<int> samples)
    {
        Span<long> sums = stackalloc long[MaxOrder + 1];
        sums.Clear();
        var (last0, last1, last2, last3) = Differences(samples);
        for (var i = MaxOrder; i < samples.Length; i++)
        {
            var error0 = samples[i];
            var error1 = error0 - last0;
            var error2 = error1 - last1;
            var error3 = error2 - last2;
            var error4 = error3 - last3;
            (last0, last1, last2, last3) = (error0, error1, error2, error3);
            sums[0] += Math.Abs(error0);
            sums[1] += Math.Abs(error1);
            sums[2] += Math.Abs(error2);
            sums[3] += Math.Abs(error3);
            sums[4] += Math.Abs(error4);
        }
        var best = 0;
        for (var candidate = 1; candidate <= MaxOrder; candidate++)
        {
            if (sums[candidate] < sums[best])
                best = candidate;
        }
        return best;
    }

    /// <summary>The fourth sample and its first three differences.</summary>
    private static (int, int, int, int) Differences(ReadOnlySpan<int> s) =>
        (s[3], s[3] - s[2], s[3] - (2 * s[2]) + s[1], s[3] - (3 * s[2]) + (3 * s[1]) - s[0]);

    private static void Fold(ReadOnlySpan<int> s, int order, Span<uint> folded)
    {
        for (var i = order; i < s.Length; i++)
        {
            var residual = order switch
            {
                0 => s[i],
                1 => s[i] - s[i - 1],
                2 => s[i] - (2 * s[i - 1]) + s[i - 2],
                3 => s[i] - (3 * s[i - 1]) + (3 * s[i - 2]) - s[i - 3],
                _ => s[i] - (4 * s[i - 1]) + (6 * s[i - 2]) - (4 * s[i - 3]) + s[i - 4],
            };
            folded[i] = (uint)((residual << 1) ^ (residual >> 31));
        }
    }

    /// <summary>Chooses the partition order and each partition's parameter.</summary>
    /// <returns>A bound on the partitions' size in bits.</returns>
    private long PartitionBits()
    {
        var finest = Math.Min(MaxPartitionOrder, BitOperations.TrailingZeroCount(count));
        while (count >> finest <= order)
            finest--;
        var size = count >> finest;
        for (var partition = 0; partition < 1 << finest; partition++)
        {
            ulong sum = 0;
            foreach (var value in folded.AsSpan(Math.Max(order, partition * size)..((partition + 1) * size)))
                sum += value;
            partitionSums[partition] = sum;
        }
        var best = long.MaxValue;
        for (var candidate = finest; candidate >= 0; candidate--)
        {
            var bits = ParameterBits(candidate);
            if (bits < best)
            {
                best = bits;
                partitionOrder = candidate;
                candidates.CopyTo(parameters, 0);
            }
            for (var i = 0; i < 1 << candidate >> 1; i++)
                partitionSums[i] = partitionSums[2 * i] + partitionSums[(2 * i) + 1];
        }
        return best;
    }

    private long ParameterBits(int partitions)
    {
        long total = 0;
        for (var partition = 0; partition < 1 << partitions; partition++)
        {
            var values = (count >> partitions) - (partition == 0 ? order : 0);
            var sum = partitionSums[partition];
            var best = long.MaxValue;
            var likeliest = Math.Min(MaxRiceParameter, BitOperations.Log2((sum / (ulong)values) + 1));
            for (var parameter = Math.Max(0, likeliest - 1); parameter <= Math.Min(MaxRiceParameter, likeliest + 1); parameter++)
            {
                // The shifted sum is at least the sum of the shifted values: an estimate that is also a bound.
                var bits = ((long)values * (parameter + 1)) + (long)(sum >> parameter);
                if (bits < best)
                    (best, candidates[partition]) = (bits, parameter);
            }
            total += RiceParameterBits + best;
        }
        return total;
    }
}
