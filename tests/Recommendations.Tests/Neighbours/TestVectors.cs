using Spotify.Recommendations.Neighbours;

namespace Spotify.Recommendations.Tests.Neighbours;

/// <summary>Vectors for tests, and exact search.</summary>
internal static class TestVectors
{
    /// <summary>Returns vectors around random centers, with norms from 0.5 to 1.5.</summary>
    public static float[] Clustered(int seed, int count, int dimensions, int centers)
    {
        // The centers are the same for all seeds, so that queries are like the vectors.
        var random = new Random(0);
        var center = Enumerable.Range(0, centers * dimensions).Select(_ => Gaussian(random)).ToArray();
        random = new Random(seed);
        var vectors = new float[count * dimensions];
        for (var row = 0; row < count; row++)
        {
            var (of, squares) = (random.Next(centers), 0f);
            var vector = vectors.AsSpan(row * dimensions, dimensions);
            for (var i = 0; i < dimensions; i++)
            {
                vector[i] = center[of * dimensions + i] + 0.5f * Gaussian(random);
                squares += vector[i] * vector[i];
            }

            var factor = (0.5f + random.NextSingle()) / MathF.Sqrt(squares);
            foreach (ref var number in vector) number *= factor;
        }

        return vectors;
    }

    /// <summary>Returns vectors whose norms follow a log-normal distribution, as those of tracks of very different popularity do.</summary>
    public static float[] OfVariedNorms(int seed, int count, int dimensions, int centers)
    {
        var vectors = Clustered(seed, count, dimensions, centers);
        var random = new Random(seed);
        for (var row = 0; row < count; row++)
        {
            var factor = MathF.Exp(Gaussian(random));
            foreach (ref var number in vectors.AsSpan(row * dimensions, dimensions)) number *= factor;
        }

        return vectors;
    }

    /// <summary>Returns the most similar rows by comparison with all.</summary>
    public static int[] Nearest(
        float[] vectors, ReadOnlySpan<float> query, int count, Similarity similarity, Func<int, bool>? filter = null)
    {
        var dimensions = query.Length;
        var (keys, rows) = (new double[vectors.Length / dimensions], new int[vectors.Length / dimensions]);
        var found = 0;
        for (var row = 0; row < keys.Length; row++)
        {
            if (filter is not null && !filter(row)) continue;
            var (dot, squares) = (0.0, 0.0);
            for (var i = 0; i < dimensions; i++)
            {
                var number = (double)vectors[row * dimensions + i];
                (dot, squares) = (dot + number * query[i], squares + number * number);
            }

            (keys[found], rows[found++]) = (similarity == Similarity.Cosine && squares > 0 ? -dot / Math.Sqrt(squares) : -dot, row);
        }

        Array.Sort(keys, rows, 0, found);
        return rows[..Math.Min(count, found)];
    }

    /// <summary>Returns the mean share of the nearest rows that searches of an index find.</summary>
    public static double Recall(
        NeighbourIndex index, float[] vectors, float[] queries, int count, int ef, Func<int, bool>? filter = null)
    {
        var dimensions = index.Vectors.Dimensions;
        var results = new Neighbour[count];
        var (hits, all) = (0, 0);
        for (var i = 0; i < queries.Length; i += dimensions)
        {
            var query = queries.AsSpan(i, dimensions);
            var found = index.Search(query, count, ef, filter is null ? null : new TestFilter(filter), results);
            var exact = Nearest(vectors, query, count, index.Similarity, filter);
            Assert.Equal(exact.Length, found);
            hits += results.Take(found).Count(result => exact.Contains(result.Row));
            all += found;
        }

        return (double)hits / all;
    }

    private static float Gaussian(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}

/// <summary>A filter of tests.</summary>
internal sealed class TestFilter(Func<int, bool> matches) : RowFilter
{
    public override bool Matches(int row) => matches(row);
}
