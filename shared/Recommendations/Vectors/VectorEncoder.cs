using System.Runtime.Intrinsics;

namespace Spotify.Recommendations.Vectors;

/// <summary>An encoder of <see cref="QuantizedVector"/>s. Not safe for concurrent use.</summary>
internal sealed unsafe class VectorEncoder
{
    private const int Width = 8;
    private const int Steps = 14;

    // At most about one integer. Far less makes the error orthogonal, because the errors of many dimensions cancel each other.
    private const float MaxShift = 1f / 256;

    private readonly int dimensions;
    private readonly float[] vector;
    private readonly float[] rest;

    // The distance of the values of each dimension, as a number of integers.
    private readonly float[] steps;

    /// <summary>Creates an encoder.</summary>
    /// <param name="dimensions">The number of dimensions.</param>
    public VectorEncoder(int dimensions)
    {
        this.dimensions = dimensions;
        var padded = (dimensions + Width - 1) / Width * Width;
        (vector, rest, steps) = (new float[padded], new float[padded], new float[padded]);
        for (var i = 0; i < padded; i++) steps[i] = i < QuantizedVector.LowBits(dimensions) ? 1 : 2;
    }

    /// <summary>Encodes a vector of finite numbers.</summary>
    /// <param name="source">The vector.</param>
    /// <param name="pivot">The number of the pivot; 0 for none.</param>
    /// <param name="pivotVector">The pivot, which is not used if it is of no advantage; empty for none.</param>
    /// <param name="target">The memory of the encoded vector.</param>
    public void Encode(ReadOnlySpan<float> source, int pivot, ReadOnlySpan<float> pivotVector, byte* target)
    {
        new Span<byte>(target, QuantizedVector.Size(dimensions)).Clear();
        var (largest, largestRest) = (0f, 0f);
        for (var i = 0; i < dimensions; i++)
        {
            largest = Math.Max(largest, Math.Abs(source[i]));
            if (pivot > 0) largestRest = Math.Max(largestRest, Math.Abs(source[i] - pivotVector[i]));
        }

        if (pivot > 0 && largestRest < largest) largest = largestRest;
        else pivot = 0;
        var scale = QuantizedVector.WriteHeader(target, largest / QuantizedVector.Largest, pivot);
        if (scale == 0) return;
        for (var i = 0; i < dimensions; i++)
        {
            vector[i] = source[i] / scale;
            rest[i] = pivot > 0 ? (source[i] - pivotVector[i]) / scale : vector[i];
        }

        var shift = FindShift();
        for (var i = 0; i < dimensions; i += Width)
        {
            var integers = Round(i, shift);
            for (var j = i; j < Math.Min(dimensions, i + Width); j++)
                QuantizedVector.Write(target, j, dimensions, (int)integers[j - i]);
        }
    }

    // The inner product of the vector and the rounded rest grows with the shift, because each number is shifted to the vector's.
    private float FindShift()
    {
        var exact = 0f;
        for (var i = 0; i < dimensions; i++) exact += vector[i] * rest[i];
        var (low, high) = (-MaxShift, MaxShift);
        for (var step = 0; step < Steps; step++)
        {
            var middle = (low + high) / 2;
            var sum = Vector256<float>.Zero;
            for (var i = 0; i < vector.Length; i += Width) sum += Round(i, middle) * Vector256.LoadUnsafe(ref vector[i]);
            if (Vector256.Sum(sum) < exact) low = middle;
            else high = middle;
        }

        return high;
    }

    private Vector256<float> Round(int start, float shift)
    {
        var step = Vector256.LoadUnsafe(ref steps[start]);
        var shifted = Vector256.LoadUnsafe(ref rest[start]) + shift * Vector256.LoadUnsafe(ref vector[start]);
        // The largest even integer, because dimensions without a low bit have even ones.
        var limit = Vector256.Create((float)QuantizedVector.Largest) + Vector256<float>.One - step;
        return Vector256.Clamp(Vector256.Round(shifted / step) * step, -limit, limit);
    }
}
