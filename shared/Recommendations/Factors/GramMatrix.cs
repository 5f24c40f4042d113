using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Factors;

/// <summary>The Gram matrix of a table of vectors: the sum of the outer products of its rows.</summary>
internal static unsafe class GramMatrix
{
    // A fixed number, so that the order of the additions does not depend on the number of threads.
    private const int Partitions = 32;

    // Rows that stay in the first-level cache while all tiles of the matrix pass.
    private const int BlockLength = 8192;

    /// <summary>Returns the Gram matrix of vectors of a length, by rows.</summary>
    public static float[] Of(ReadOnlyMemory<float> vectors, int length, int threads)
    {
        var stride = Kernels.Default.Pad(length);
        using var buffer = new NativeBuffer((long)stride * stride * sizeof(float));
        var padded = (float*)buffer.Start;
        using (var pin = vectors.Pin())
            Compute((float*)pin.Pointer, vectors.Length / length, length, scale: 1, padded, threads, default);
        var gram = new float[length * length];
        for (var i = 0; i < length; i++) new Span<float>(padded + (long)i * stride, length).CopyTo(gram.AsSpan(i * length));
        return gram;
    }

    /// <summary>Computes the Gram matrix of vectors times a scale. The result does not depend on the number of threads.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="rows">The number of vectors.</param>
    /// <param name="length">The length of a vector.</param>
    /// <param name="scale">The scale.</param>
    /// <param name="gram">Receives the matrix by rows of the padded length.</param>
    /// <param name="threads">The largest number of threads.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    public static void Compute(
        float* vectors, int rows, int length, float scale, float* gram, int threads, CancellationToken cancellationToken)
    {
        var stride = Kernels.Default.Pad(length);
        var block = Math.Max(BlockLength / stride, 1);
        var partitions = Math.Clamp(rows / (4 * block), 1, Partitions);
        using var buffer = new NativeBuffer((long)partitions * (stride + block) * stride * sizeof(float));
        var sums = (float*)buffer.Start;
        var padded = sums + (long)partitions * stride * stride;
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(0, partitions, options, partition =>
        {
            var sum = sums + (long)partition * stride * stride;
            var (start, end) = ((int)((long)rows * partition / partitions), (int)((long)rows * (partition + 1) / partitions));
            for (; start < end; start += block)
            {
                var count = Math.Min(block, end - start);
                var part = vectors + (long)start * length;
                if (length != stride) part = Pad(part, count, length, padded + (long)partition * block * stride, stride);
                Kernels.Default.Multiply(part, 1, stride, part, sum, stride, stride, stride, count, upper: true);
            }
        });

        for (var i = 0; i < stride; i++)
        {
            for (var j = i; j < stride; j++)
            {
                var sum = 0f;
                for (var partition = 0; partition < partitions; partition++) sum += sums[((long)partition * stride + i) * stride + j];
                gram[(long)i * stride + j] = gram[(long)j * stride + i] = scale * sum;
            }
        }
    }

    private static float* Pad(float* vectors, int rows, int length, float* padded, int stride)
    {
        for (var row = 0; row < rows; row++)
            new Span<float>(vectors + (long)row * length, length).CopyTo(new Span<float>(padded + (long)row * stride, length));
        return padded;
    }
}
