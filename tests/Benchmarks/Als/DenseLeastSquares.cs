using System.Numerics;
using Spotify.Recommendations.Factors;
using Spotify.Recommendations.Interactions;

namespace Spotify.Benchmarks.Als;

/// <summary>
/// Alternating least squares as in the paper: builds the system of every row and solves it by Cholesky decomposition. Written plainly, for
/// comparison.
/// </summary>
internal sealed class DenseLeastSquares(InteractionMatrix interactions, FactorOptions options, int threads)
{
    private readonly InteractionMatrix transposed = interactions.Transpose();
    private readonly float[] listeners = new float[interactions.RowCount * options.Factors];
    private readonly float[] tracks = Start(interactions.ColumnCount * options.Factors);

    public void Iterate()
    {
        Solve(interactions, tracks, listeners);
        Solve(transposed, listeners, tracks);
    }

    private static float[] Start(int length)
    {
        var random = new Random(1);
        return Enumerable.Range(0, length).Select(_ => 0.1f * (random.NextSingle() - 0.5f)).ToArray();
    }

    private static void AddScaled(Span<float> sum, float scale, ReadOnlySpan<float> row)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= row.Length; i += Vector<float>.Count)
            (new Vector<float>(sum[i..]) + scale * new Vector<float>(row[i..])).CopyTo(sum[i..]);
        for (; i < row.Length; i++) sum[i] += scale * row[i];
    }

    // Solves matrix·x = vector. Overwrites the matrix, and the vector by x.
    private static void Solve(Span<float> matrix, Span<float> vector)
    {
        var n = vector.Length;
        for (var k = 0; k < n; k++)
        {
            var row = matrix.Slice(k * n, n);
            var scale = 1 / MathF.Sqrt(row[k]);
            for (var j = k; j < n; j++) row[j] *= scale;
            for (var i = k + 1; i < n; i++) AddScaled(matrix.Slice(i * n + i, n - i), -row[i], row[i..]);
            vector[k] /= row[k];
            AddScaled(vector[(k + 1)..], -vector[k], row[(k + 1)..]);
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < n; j++) vector[i] -= matrix[i * n + j] * vector[j];
            vector[i] /= matrix[i * n + i];
        }
    }

    private void Solve(InteractionMatrix matrix, float[] vectors, float[] solved)
    {
        var n = options.Factors;
        var gram = new float[n * n];
        for (var row = 0; row < matrix.ColumnCount; row++)
        {
            var vector = vectors.AsSpan(row * n, n);
            for (var i = 0; i < n; i++) AddScaled(gram.AsSpan(i * n, n), options.UnobservedWeight * vector[i], vector);
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads };
        Parallel.For(0, matrix.RowCount, parallel, () => new float[n * n], (row, _, system) =>
        {
            gram.CopyTo(system, 0);
            var x = solved.AsSpan(row * n, n);
            x.Clear();
            var count = matrix.Length(row) + options.UnobservedWeight * (double)matrix.ColumnCount;
            var scale = Math.Pow(count, options.RegularizationExponent);
            for (var i = 0; i < n; i++) system[i * n + i] += options.Regularization * (float)scale;
            for (var k = 0; k < matrix.Length(row); k++)
            {
                var vector = vectors.AsSpan(matrix.Columns(row)[k] * n, n);
                var confidence = options.Alpha * matrix.Weights(row)[k];
                AddScaled(x, options.UnobservedWeight + confidence, vector);
                for (var i = 0; i < n; i++) AddScaled(system.AsSpan(i * n + i, n - i), confidence * vector[i], vector[i..]);
            }

            Solve(system, x);
            return system;
        }, _ => { });
    }
}
