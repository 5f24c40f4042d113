using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Spotify.Recommendations.Vectors;

/// <summary>
/// A vector of 9-bit integers with a common scale.
/// <code>
/// scale     2 bytes: a float without its lower 16 bits
/// codes     1 byte per dimension: the upper 8 bits of the number / scale, from -255 to 255
/// residual  1 bit per dimension: the lowest bit
/// </code>
/// The codes alone suffice to walk a graph; the residual is read to rank the vectors found. Before it is rounded, the vector is stretched
/// by a factor near 1 so that its inner product with the rounded vector is its squared norm: then the rounding error is orthogonal to the
/// vector, and nearly orthogonal to its neighbours, whose similarities have less error (Gao, Long: "RaBitQ", 2024).
/// </summary>
internal static unsafe class QuantizedVector
{
    /// <summary>The offset of the codes in bytes.</summary>
    public const int CodesOffset = 2;

    private const int Largest = 255;

    /// <summary>Returns the size of a vector in bytes.</summary>
    public static int Size(int dimensions) => CodesOffset + dimensions + (dimensions + 7) / 8;

    /// <summary>Encodes a vector of finite numbers.</summary>
    public static void Encode(ReadOnlySpan<float> vector, byte* target)
    {
        new Span<byte>(target, Size(vector.Length)).Clear();
        var largest = 0f;
        foreach (var number in vector) largest = Math.Max(largest, Math.Abs(number));
        if (largest == 0) return;
        // Rounded up, so that no number exceeds the largest code.
        var bits = (ushort)((BitConverter.SingleToUInt32Bits(largest / Largest) + 0xFFFF) >> 16);
        *(ushort*)target = bits;
        var scale = Scale(target);
        var stretch = FindStretch(vector, scale);
        var residual = target + CodesOffset + vector.Length;
        for (var i = 0; i < vector.Length; i++)
        {
            var code = Code(vector[i], scale, stretch);
            target[CodesOffset + i] = (byte)(sbyte)(code >> 1);
            residual[i / 8] |= (byte)((code & 1) << (i % 8));
        }
    }

    /// <summary>Decodes a vector.</summary>
    public static void Decode(byte* source, Span<float> vector)
    {
        var scale = Scale(source);
        var residual = source + CodesOffset + vector.Length;
        for (var i = 0; i < vector.Length; i++)
            vector[i] = scale * (2 * (sbyte)source[CodesOffset + i] + (residual[i / 8] >> (i % 8) & 1));
    }

    /// <summary>Returns the scale of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(byte* vector) => BitConverter.UInt32BitsToSingle((uint)*(ushort*)vector << 16);

    /// <summary>Returns the inner product of a vector and a query.</summary>
    public static float Dot(byte* vector, float* query, int dimensions)
    {
        var codes = (sbyte*)vector + CodesOffset;
        var residual = vector + CodesOffset + dimensions;
        var (high, low) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var bit = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        var i = 0;
        for (; i <= dimensions - 8; i += 8)
        {
            var numbers = Vector256.Load(query + i);
            var bytes = Vector128.CreateScalarUnsafe(*(long*)(codes + i)).AsSByte();
            var integers = Vector256.WidenLower(Vector128.WidenLower(bytes).ToVector256Unsafe());
            high = Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(integers), numbers, high);
            var isSet = Vector256.Equals(Vector256.Create((int)residual[i / 8]) & bit, bit);
            low += numbers & isSet.AsSingle();
        }

        var sum = Vector256.Sum(high + high + low);
        for (; i < dimensions; i++) sum += query[i] * (2 * codes[i] + (residual[i / 8] >> (i % 8) & 1));
        return Scale(vector) * sum;
    }

    private static int Code(float number, float scale, float stretch) =>
        (int)Math.Clamp(MathF.Round(number * stretch / scale), -Largest, Largest);

    // The inner product grows with the factor, in steps.
    private static float FindStretch(ReadOnlySpan<float> vector, float scale)
    {
        var target = 0.0;
        foreach (var number in vector) target += (double)number * number;
        var (low, high) = (1 - 1f / 64, 1 + 1f / 64);
        for (var step = 0; step < 16; step++)
        {
            var middle = (low + high) / 2;
            var dot = 0.0;
            foreach (var number in vector) dot += (double)number * scale * Code(number, scale, middle);
            if (dot < target) low = middle;
            else high = middle;
        }

        return high;
    }
}
