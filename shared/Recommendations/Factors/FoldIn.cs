using System.Buffers;
using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Factors;

/// <summary>Computes a listener's vector from their history.</summary>
internal static unsafe class FoldIn
{
    // Tracks whose vectors stay in the first-level cache while all tiles of the matrix pass.
    private const int BlockLength = 8192;
    private const int Alignment = 64;

    /// <summary>Solves (w·G + Σ c·y·yᵀ + r·I)·x = Σ (w + c)·y, where the right side's sum is over positive weights.</summary>
    public static void Solve(FactorModel model, ReadOnlySpan<Preference> history, Span<float> listener)
    {
        var (options, length) = (model.Options, model.Dimensions);
        var stride = Kernels.Default.Pad(length);
        var block = Math.Max(BlockLength / stride, 1);
        var floats = stride * (stride + block + 1) + Alignment / sizeof(float);
        var pooled = ArrayPool<float>.Shared.Rent(floats);
        fixed (float* buffer = pooled)
        {
            new Span<float>(buffer, floats).Clear();
            var matrix = (float*)(((nuint)buffer + Alignment - 1) / Alignment * Alignment);
            var vectors = matrix + stride * stride;
            var vector = vectors + stride * block;
            Fill(matrix, stride, model.Gram.Span, length, options.UnobservedWeight, options.RegularizationOf(history.Length, model.Tracks));
            for (; !history.IsEmpty; history = history[Math.Min(block, history.Length)..])
            {
                var count = Math.Min(block, history.Length);
                for (var i = 0; i < count; i++)
                {
                    var confidence = options.Confidence(history[i].Weight);
                    var scaled = vectors + i * stride;
                    model.Track(history[i].Track).CopyTo(new Span<float>(scaled, length));
                    if (options.Transform(history[i].Weight) > 0)
                        Kernels.Default.Combine(vector, 1, options.UnobservedWeight + confidence, scaled, stride);
                    Kernels.Default.Combine(scaled, MathF.Sqrt(confidence), 0, scaled, stride);
                }

                Kernels.Default.Multiply(vectors, 1, stride, vectors, matrix, stride, stride, stride, count, upper: true);
            }

            CholeskySolver.Solve(matrix, vector, stride);
            new Span<float>(vector, length).CopyTo(listener);
        }

        ArrayPool<float>.Shared.Return(pooled);
        foreach (var number in listener)
        {
            if (float.IsFinite(number)) continue;
            listener.Clear();
            break;
        }
    }

    private static void Fill(float* matrix, int stride, ReadOnlySpan<float> gram, int length, float scale, float diagonal)
    {
        for (var i = 0; i < length; i++)
        {
            var row = matrix + i * stride;
            gram.Slice(i * length, length).CopyTo(new Span<float>(row, length));
            Kernels.Default.Combine(row, scale, 0, row, stride);
            row[i] += diagonal;
        }
    }
}
