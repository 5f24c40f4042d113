using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Spotify.Recommendations.Vectors;

/// <summary>
/// A vector as the sum of a pivot, which is a vector that others nearby share, and of 9-bit integers with a common scale.
/// <code>
/// scale     2 bytes: a float without its lower 16 bits
/// pivot     2 bytes: the number of the pivot, 0 for none
/// codes     1 byte per dimension: the upper 8 bits of the integer, which is from -255 to 255
/// low bits  1 bit per dimension: the lowest bit of the integer; none for the last 24 dimensions, to make room for the pivot
/// </code>
/// The codes alone suffice to walk a graph; the low bits are read to rank the vectors found. The integers are rounded such that the error
/// is orthogonal to the vector: then it is nearly orthogonal to queries nearby, whose similarities it would change most (Gao, Long:
/// "RaBitQ", 2024; Guo et al.: "Accelerating Large-Scale Inference with Anisotropic Vector Quantization", 2020).
/// </summary>
internal static unsafe class QuantizedVector
{
    /// <summary>The offset of the codes in bytes.</summary>
    public const int CodesOffset = 4;

    /// <summary>The largest number of a pivot.</summary>
    public const int MaxPivot = ushort.MaxValue;

    /// <summary>The largest integer.</summary>
    public const int Largest = 255;

    private const int PivotOffset = 2;
    private const int DimensionsWithoutLowBit = 24;

    /// <summary>Returns the size of a vector in bytes.</summary>
    public static int Size(int dimensions) => CodesOffset + dimensions + (LowBits(dimensions) + 7) / 8;

    /// <summary>Returns the number of dimensions that have a low bit.</summary>
    public static int LowBits(int dimensions) => Math.Max(0, dimensions - DimensionsWithoutLowBit);

    /// <summary>Returns the scale of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(byte* vector) => BitConverter.UInt32BitsToSingle((uint)*(ushort*)vector << 16);

    /// <summary>Returns the number of the pivot, 0 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Pivot(byte* vector) => *(ushort*)(vector + PivotOffset);

    /// <summary>Writes the scale, rounded up, and the pivot, and returns the rounded scale.</summary>
    public static float WriteHeader(byte* vector, float scale, int pivot)
    {
        *(ushort*)vector = (ushort)((BitConverter.SingleToUInt32Bits(scale) + 0xFFFF) >> 16);
        *(ushort*)(vector + PivotOffset) = (ushort)pivot;
        return Scale(vector);
    }

    /// <summary>Returns the integer of a dimension.</summary>
    public static int Integer(byte* vector, int dimension, int dimensions)
    {
        var low = dimension < LowBits(dimensions) ? vector[CodesOffset + dimensions + dimension / 8] >> (dimension % 8) & 1 : 0;
        return 2 * (sbyte)vector[CodesOffset + dimension] + low;
    }

    /// <summary>Writes the integer of a dimension. The low bit was 0.</summary>
    public static void Write(byte* vector, int dimension, int dimensions, int integer)
    {
        vector[CodesOffset + dimension] = (byte)(sbyte)(integer >> 1);
        if (dimension < LowBits(dimensions)) vector[CodesOffset + dimensions + dimension / 8] |= (byte)((integer & 1) << (dimension % 8));
    }

    /// <summary>Adds a vector without its pivot, multiplied by a factor, to a sum.</summary>
    public static void AddTo(byte* vector, float factor, Span<float> sum)
    {
        factor *= Scale(vector);
        var lowBits = vector + CodesOffset + sum.Length;
        var bit = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        var (i, lowCount) = (0, LowBits(sum.Length));
        fixed (float* sums = sum)
        {
            for (; i <= sum.Length - 8; i += 8)
            {
                var bytes = Vector128.CreateScalarUnsafe(*(long*)(vector + CodesOffset + i)).AsSByte();
                var integers = Vector256.WidenLower(Vector128.WidenLower(bytes).ToVector256Unsafe());
                integers += integers;
                // All bits of a comparison that is true are set: the number -1.
                if (i < lowCount) integers -= Vector256.Equals(Vector256.Create((int)lowBits[i / 8]) & bit, bit);
                var added = Vector256.ConvertToSingle(integers) * Vector256.Create(factor);
                (Vector256.Load(sums + i) + added).Store(sums + i);
            }
        }

        for (; i < sum.Length; i++) sum[i] += factor * Integer(vector, i, sum.Length);
    }

    /// <summary>Returns the inner product of a query and of a vector without its pivot.</summary>
    public static float Dot(byte* vector, float* query, int dimensions)
    {
        var codes = (sbyte*)vector + CodesOffset;
        var lowBits = vector + CodesOffset + dimensions;
        var (high, low) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var bit = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        var (i, lowCount) = (0, LowBits(dimensions));
        for (; i <= dimensions - 8; i += 8)
        {
            var numbers = Vector256.Load(query + i);
            var bytes = Vector128.CreateScalarUnsafe(*(long*)(codes + i)).AsSByte();
            var integers = Vector256.WidenLower(Vector128.WidenLower(bytes).ToVector256Unsafe());
            high = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(integers), numbers, high);
            if (i >= lowCount) continue;
            // Bits past the last one are 0.
            var isSet = Vector256.Equals(Vector256.Create((int)lowBits[i / 8]) & bit, bit);
            low += numbers & isSet.AsSingle();
        }

        var sum = Vector256.Sum(high + high + low);
        for (; i < dimensions; i++) sum += query[i] * Integer(vector, i, dimensions);
        return Scale(vector) * sum;
    }
}
