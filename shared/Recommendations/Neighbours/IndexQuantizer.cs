using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Neighbours;

/// <summary>The conversion of the vectors of a graph to 8-bit integers, with the means of neighbourhoods of the graph as pivots.</summary>
internal static unsafe class IndexQuantizer
{
    /// <summary>Returns the vectors in 8-bit integers.</summary>
    /// <param name="vectors">The vectors as floats.</param>
    /// <param name="pivots">The number of the pivot of each row, 0 for none.</param>
    /// <param name="pivotCount">The number of pivots.</param>
    /// <param name="threads">The number of threads.</param>
    public static VectorTable Quantize(VectorTable vectors, ushort[] pivots, int pivotCount, int threads)
    {
        var dimensions = vectors.Dimensions;
        var table = VectorTable.Allocate(VectorFormat.Int8, vectors.Count, dimensions, pivotCount);
        var means = Means(vectors, pivots, pivotCount);
        var pivotEncoder = new VectorEncoder(dimensions);
        for (var pivot = 1; pivot <= pivotCount; pivot++)
        {
            var mean = means.AsSpan((pivot - 1) * dimensions, dimensions);
            pivotEncoder.Encode(mean, 0, [], table.Pivot(pivot));
            // The vectors are encoded relative to the pivot as it is decoded.
            table.DecodePivot(pivot, mean);
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        Parallel.For(0, vectors.Count, parallel, () => new VectorEncoder(dimensions), (row, _, encoder) =>
        {
            var pivot = pivots[row];
            var mean = pivot == 0 ? [] : means.AsSpan((pivot - 1) * dimensions, dimensions);
            encoder.Encode(Vector(vectors, row), pivot, mean, table.Start + (long)row * table.Stride);
            return encoder;
        }, _ => { });
        return table;
    }

    private static float[] Means(VectorTable vectors, ushort[] pivots, int pivotCount)
    {
        var dimensions = vectors.Dimensions;
        var (means, counts) = (new float[pivotCount * dimensions], new int[pivotCount]);
        for (var row = 0; row < vectors.Count; row++)
        {
            if (pivots[row] == 0) continue;
            var pivot = pivots[row] - 1;
            counts[pivot]++;
            var vector = Vector(vectors, row);
            for (var i = 0; i < dimensions; i++) means[pivot * dimensions + i] += vector[i];
        }

        for (var i = 0; i < means.Length; i++) means[i] /= Math.Max(1, counts[i / dimensions]);
        return means;
    }

    private static ReadOnlySpan<float> Vector(VectorTable vectors, int row) =>
        new((float*)vectors.Start + (long)row * vectors.Dimensions, vectors.Dimensions);
}
