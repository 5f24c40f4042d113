using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Spotify.Recommendations.Vectors;

/// <summary>Inner products of vectors in memory.</summary>
internal static unsafe class DotProduct
{
    /// <summary>Returns the inner product of two vectors. Its rounding depends on the width of the processor's registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(float* left, float* right, int count)
    {
        var i = 0;
        var sum = Vector256<float>.Zero;
        if (Vector512.IsHardwareAccelerated && count >= 64)
        {
            var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            for (; i <= count - 64; i += 64)
            {
                a = Vector512.FusedMultiplyAdd(Vector512.Load(left + i), Vector512.Load(right + i), a);
                b = Vector512.FusedMultiplyAdd(Vector512.Load(left + i + 16), Vector512.Load(right + i + 16), b);
                c = Vector512.FusedMultiplyAdd(Vector512.Load(left + i + 32), Vector512.Load(right + i + 32), c);
                d = Vector512.FusedMultiplyAdd(Vector512.Load(left + i + 48), Vector512.Load(right + i + 48), d);
            }

            var all = a + b + (c + d);
            sum = all.GetLower() + all.GetUpper();
        }
        else if (count >= 32)
        {
            var (a, b, c, d) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
            for (; i <= count - 32; i += 32)
            {
                a = Vector256.FusedMultiplyAdd(Vector256.Load(left + i), Vector256.Load(right + i), a);
                b = Vector256.FusedMultiplyAdd(Vector256.Load(left + i + 8), Vector256.Load(right + i + 8), b);
                c = Vector256.FusedMultiplyAdd(Vector256.Load(left + i + 16), Vector256.Load(right + i + 16), c);
                d = Vector256.FusedMultiplyAdd(Vector256.Load(left + i + 24), Vector256.Load(right + i + 24), d);
            }

            sum = a + b + (c + d);
        }

        for (; i <= count - 8; i += 8) sum = Vector256.FusedMultiplyAdd(Vector256.Load(left + i), Vector256.Load(right + i), sum);
        var result = Vector256.Sum(sum);
        for (; i < count; i++) result += left[i] * right[i];
        return result;
    }
}
