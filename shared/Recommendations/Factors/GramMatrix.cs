namespace Spotify.Recommendations.Factors;

/// <summary>The Gram matrix of a table of vectors: the sum of the outer products of its rows.</summary>
internal static class GramMatrix
{
    // A fixed number, so that the order of the additions does not depend on the number of threads.
    private const int Partitions = 64;

    /// <summary>Returns the Gram matrix, symmetric, in row-major order. The result is independent of the number of threads.</summary>
    public static float[] Of(ReadOnlyMemory<float> vectors, int dimensions, int threads, CancellationToken cancellationToken)
    {
        var rows = vectors.Length / dimensions;
        var sums = new float[Math.Clamp(rows, 1, Partitions)][];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        Parallel.For(0, sums.Length, options, partition =>
        {
            var sum = sums[partition] = new float[dimensions * dimensions];
            var (first, last) = ((int)((long)rows * partition / sums.Length), (int)((long)rows * (partition + 1) / sums.Length));
            for (var row = first; row < last; row++)
            {
                var vector = vectors.Span.Slice(row * dimensions, dimensions);
                for (var i = 0; i < dimensions; i++) Kernels.AddScaled(sum.AsSpan(i * dimensions, dimensions), vector[i], vector);
            }
        });
        for (var partition = 1; partition < sums.Length; partition++) Kernels.AddScaled(sums[0], 1, sums[partition]);
        return sums[0];
    }
}
