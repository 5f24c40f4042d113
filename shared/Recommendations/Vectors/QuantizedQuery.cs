using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Spotify.Recommendations.Vectors;

/// <summary>A query as 16-bit integers, for approximate inner products with the codes of vectors.</summary>
internal readonly unsafe struct QuantizedQuery
{
    private readonly short* numbers;
    private readonly float scale;
    private readonly float offset;

    /// <summary>Quantizes a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="memory">Memory for as many integers, which the instance uses.</param>
    public QuantizedQuery(ReadOnlySpan<float> query, short* memory)
    {
        var magnitude = 0f;
        foreach (var number in query) magnitude = Math.Max(magnitude, Math.Abs(number));
        // The sum of the products fits into 32 bits.
        var largest = Math.Min(short.MaxValue, (1 << 24) / query.Length);
        var factor = magnitude == 0 ? 0 : largest / (double)magnitude;
        var sum = 0f;
        for (var i = 0; i < query.Length; i++)
        {
            memory[i] = (short)Math.Round(query[i] * factor);
            if (i < QuantizedVector.LowBits(query.Length)) sum += query[i];
        }

        numbers = memory;
        scale = factor == 0 ? 0 : (float)(2 / factor);
        // The low bit is set in half of the cases.
        offset = sum / 2;
    }

    /// <summary>Returns the inner product with the codes of a vector, without its low bits and its pivot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float ApproximateDot(byte* vector, int dimensions)
    {
        var codes = (sbyte*)vector + QuantizedVector.CodesOffset;
        var i = 0;
        var sum = Vector256<int>.Zero;
        if (Avx512BW.IsSupported && Vector512.IsHardwareAccelerated)
        {
            var (a, b) = (Vector512<int>.Zero, Vector512<int>.Zero);
            for (; i <= dimensions - 64; i += 64)
            {
                a += Avx512BW.MultiplyAddAdjacent(
                    Avx512BW.ConvertToVector512Int16(Vector256.Load(codes + i)), Vector512.Load(numbers + i));
                b += Avx512BW.MultiplyAddAdjacent(
                    Avx512BW.ConvertToVector512Int16(Vector256.Load(codes + i + 32)), Vector512.Load(numbers + i + 32));
            }

            a += b;
            sum = a.GetLower() + a.GetUpper();
        }

        if (Avx2.IsSupported)
        {
            for (; i <= dimensions - 16; i += 16)
            {
                sum += Avx2.MultiplyAddAdjacent(
                    Avx2.ConvertToVector256Int16(Vector128.Load(codes + i)), Vector256.Load(numbers + i));
            }
        }
        else
        {
            for (; i <= dimensions - 8; i += 8)
            {
                var (low, high) = Vector128.Widen(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)(codes + i)).AsSByte()));
                var (queryLow, queryHigh) = Vector128.Widen(Vector128.Load(numbers + i));
                sum += Vector256.Create(low * queryLow, high * queryHigh);
            }
        }

        var dot = Vector256.Sum(sum);
        for (; i < dimensions; i++) dot += numbers[i] * codes[i];
        return QuantizedVector.Scale(vector) * (dot * scale + offset);
    }
}
