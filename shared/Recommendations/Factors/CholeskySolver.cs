using System.Runtime.Intrinsics;

namespace Spotify.Recommendations.Factors;

/// <summary>Solves symmetric positive definite systems by Cholesky decomposition.</summary>
internal static unsafe class CholeskySolver
{
    // A pivot below this share of its diagonal element is a rounding error of a singular matrix.
    private const float Singular = 1e-6f;

    /// <summary>
    /// Solves matrix·x = vector. Reads the upper triangle of the matrix and overwrites the matrix. Directions in which the matrix is
    /// singular to the precision of a float get 0.
    /// </summary>
    /// <param name="matrix">The matrix, of as many rows as columns, padded by zeros.</param>
    /// <param name="vector">The vector, padded by zeros. Receives x.</param>
    /// <param name="stride">The padded length of a row.</param>
    public static void Solve(float* matrix, float* vector, int stride)
    {
        float* diagonal = stackalloc float[stride], inverse = stackalloc float[stride], solution = stackalloc float[stride];
        for (var i = 0; i < stride; i++) diagonal[i] = matrix[i * stride + i];

        // Factors four rows, then subtracts them from all rows below at once, because that reads and writes those rows once instead of
        // four times.
        for (var first = 0; first < stride; first += 4)
        {
            for (var i = first; i < first + 4; i++)
            {
                var start = i / Kernels.Default.Padding * Kernels.Default.Padding;
                var row = matrix + i * stride;
                for (var above = first; above < i; above++)
                    Kernels.Default.Combine(row + start, 1, -matrix[above * stride + i], matrix + above * stride + start, stride - start);
                inverse[i] = row[i] > Singular * diagonal[i] ? 1 / MathF.Sqrt(row[i]) : 0;
                new Span<float>(row + start, i - start).Clear();
                Kernels.Default.Combine(row + start, inverse[i], 0, row + start, stride - start);
                solution[i] = vector[i] * inverse[i];
                Kernels.Default.Combine(vector + start, 1, -solution[i], row + start, stride - start);
            }

            var panel = matrix + first * stride;
            for (var i = first + 4; i < stride; i++)
            {
                var start = i / Kernels.Default.Padding * Kernels.Default.Padding;
                var factors = Vector128.Create(-panel[i], -panel[stride + i], -panel[2 * stride + i], -panel[3 * stride + i]);
                var x = panel + start;
                Kernels.Default.Add4(
                    matrix + i * stride + start, factors, x, x + stride, x + 2 * stride, x + 3 * stride, stride - start);
            }
        }

        new Span<float>(vector, stride).Clear();
        for (var i = stride - 1; i >= 0; i--)
        {
            var start = i / Kernels.Default.Padding * Kernels.Default.Padding;
            var known = Kernels.Default.Dot(matrix + i * stride + start, vector + start, stride - start);
            vector[i] = (solution[i] - known) * inverse[i];
        }
    }
}
