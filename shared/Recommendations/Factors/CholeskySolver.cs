namespace Spotify.Recommendations.Factors;

/// <summary>Solves symmetric positive definite systems in place.</summary>
internal static class CholeskySolver
{
    /// <summary>
    /// Solves matrix·x = vector. The lower triangle of the matrix is overwritten by its Cholesky factor, the vector by x. Directions in which
    /// the matrix is singular to the precision of a float get 0.
    /// </summary>
    public static void Solve(Span<float> matrix, Span<float> vector)
    {
        var n = vector.Length;
        for (var i = 0; i < n; i++)
        {
            var row = matrix.Slice(i * n, n);
            for (var j = 0; j < i; j++)
            {
                var other = matrix.Slice(j * n, n);
                row[j] = (row[j] - Kernels.Dot(row[..j], other[..j])) * other[j];
            }

            var pivot = row[i] - Kernels.Dot(row[..i], row[..i]);
            row[i] = pivot > 1e-7f * row[i] ? 1 / MathF.Sqrt(pivot) : 0; // the inverse
            vector[i] = (vector[i] - Kernels.Dot(row[..i], vector[..i])) * row[i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            vector[i] *= matrix[i * n + i];
            Kernels.AddScaled(vector[..i], -vector[i], matrix.Slice(i * n, i));
        }
    }
}
