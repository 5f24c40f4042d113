using Spotify.Recommendations.Vectors;

namespace Spotify.Benchmarks.Ann;

/// <summary>Vectors around 1,000 Gaussian centers, normalized, with queries of the same distribution and their exact neighbors.</summary>
internal sealed class AnnData
{
    /// <summary>The number of neighbors of which recall is computed.</summary>
    public const int Neighbors = 10;

    private const int Centers = 1000;
    private const float Deviation = 0.5f;
    private const int RowsAtOnce = 4096;

    private AnnData(int dimensions, float[] vectors, float[] queries) =>
        (Dimensions, Vectors, Queries, Nearest) = (dimensions, vectors, queries, new int[queries.Length / dimensions * Neighbors]);

    public int Dimensions { get; }

    public float[] Vectors { get; }

    public float[] Queries { get; }

    /// <summary>The exact neighbors of the queries, one query after the other.</summary>
    public int[] Nearest { get; }

    public int QueryCount => Queries.Length / Dimensions;

    /// <summary>Generates vectors and queries, and finds the exact neighbors.</summary>
    public static AnnData Create(int count, int dimensions, int queries, int threads)
    {
        var centers = new float[Centers * dimensions];
        Fill(new Random(0), centers);
        var data = new AnnData(dimensions, Generate(1, count), Generate(1_000_000, queries));
        data.FindNearest(threads);
        return data;

        float[] Generate(int seed, int rows)
        {
            var vectors = new float[(long)rows * dimensions];
            Parallel.For(0, (rows + RowsAtOnce - 1) / RowsAtOnce, new ParallelOptions { MaxDegreeOfParallelism = threads }, part =>
            {
                var random = new Random(seed + part);
                for (var row = part * RowsAtOnce; row < Math.Min(rows, (part + 1) * RowsAtOnce); row++)
                {
                    var vector = vectors.AsSpan(row * dimensions, dimensions);
                    var center = centers.AsSpan(random.Next(Centers) * dimensions, dimensions);
                    Fill(random, vector);
                    var squares = 0f;
                    for (var i = 0; i < dimensions; i++)
                    {
                        vector[i] = center[i] + Deviation * vector[i];
                        squares += vector[i] * vector[i];
                    }

                    var factor = 1 / MathF.Sqrt(squares);
                    foreach (ref var number in vector) number *= factor;
                }
            });
            return vectors;
        }
    }

    /// <summary>Compares a query with all vectors.</summary>
    public static void SearchExactly(VectorTable vectors, ReadOnlySpan<float> query, Span<(float Similarity, int Row)> best)
    {
        best.Fill((float.NegativeInfinity, -1));
        for (var row = 0; row < vectors.Count; row++) Offer(best, vectors.Dot(row, query), row);
    }

    private static void Offer(Span<(float Similarity, int Row)> best, float similarity, int row)
    {
        var position = best.Length;
        for (; position > 0 && similarity > best[position - 1].Similarity; position--)
        {
            if (position < best.Length) best[position] = best[position - 1];
        }

        if (position < best.Length) best[position] = (similarity, row);
    }

    private static void Fill(Random random, Span<float> numbers)
    {
        // The method of Box and Muller.
        for (var i = 0; i < numbers.Length; i += 2)
        {
            var radius = MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle()));
            var (sine, cosine) = MathF.SinCos(2 * MathF.PI * random.NextSingle());
            numbers[i] = radius * sine;
            if (i + 1 < numbers.Length) numbers[i + 1] = radius * cosine;
        }
    }

    // Several vectors at a time, so that they stay in the cache for all queries.
    private void FindNearest(int threads)
    {
        const int rowsInCache = 512;
        var table = VectorTable.Create(VectorFormat.Float32, Dimensions, Vectors);
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
        {
            var (first, last) = (QueryCount * thread / threads, QueryCount * (thread + 1) / threads);
            var best = new (float Similarity, int Row)[(last - first) * Neighbors];
            Array.Fill(best, (float.NegativeInfinity, -1));
            for (var start = 0; start < table.Count; start += rowsInCache)
            {
                for (var query = first; query < last; query++)
                {
                    var numbers = Queries.AsSpan(query * Dimensions, Dimensions);
                    var own = best.AsSpan((query - first) * Neighbors, Neighbors);
                    for (var row = start; row < Math.Min(table.Count, start + rowsInCache); row++) Offer(own, table.Dot(row, numbers), row);
                }
            }

            for (var i = 0; i < best.Length; i++) Nearest[first * Neighbors + i] = best[i].Row;
        });
    }
}
