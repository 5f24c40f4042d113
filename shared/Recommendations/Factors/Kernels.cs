using System.Numerics;
using System.Runtime.InteropServices;

namespace Spotify.Recommendations.Factors;

/// <summary>Vectorized loops over spans of equal length.</summary>
internal static class Kernels
{
    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var a = MemoryMarshal.Cast<float, Vector<float>>(x);
        var b = MemoryMarshal.Cast<float, Vector<float>>(y);
        var sums = Vector<float>.Zero;
        for (var i = 0; i < a.Length; i++) sums = Vector.MultiplyAddEstimate(a[i], b[i], sums);
        var sum = Vector.Sum(sums);
        for (var i = a.Length * Vector<float>.Count; i < x.Length; i++) sum += x[i] * y[i];
        return sum;
    }

    /// <summary>Adds <paramref name="scale"/>·<paramref name="x"/> to <paramref name="y"/>.</summary>
    public static void AddScaled(Span<float> y, float scale, ReadOnlySpan<float> x)
    {
        var a = MemoryMarshal.Cast<float, Vector<float>>(x);
        var b = MemoryMarshal.Cast<float, Vector<float>>(y);
        var factor = new Vector<float>(scale);
        for (var i = 0; i < a.Length; i++) b[i] = Vector.MultiplyAddEstimate(factor, a[i], b[i]);
        for (var i = a.Length * Vector<float>.Count; i < x.Length; i++) y[i] += scale * x[i];
    }
}
