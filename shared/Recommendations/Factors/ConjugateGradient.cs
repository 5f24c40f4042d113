using Spotify.Recommendations.Interactions;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Factors;

/// <summary>
/// Solves the vectors of blocks of rows by conjugate gradients, starting from their present values. The rows of a block take their steps
/// together, so that the products with the Gram matrix are one product of matrices. An instance serves one thread.
/// </summary>
internal sealed unsafe class ConjugateGradient : IDisposable
{
    // The squared norm of a residual, relative to the first, below which steps only add rounding errors.
    private const float Converged = 1e-13f;

    private readonly FactorOptions options;
    private readonly int stride;
    private readonly NativeBuffer buffer;
    private readonly float* solutions, residuals, directions, products;
    private readonly float[] squares = new float[RowBlocks.MaxRows];
    private readonly float[] limits = new float[RowBlocks.MaxRows];
    private readonly float[] regularizations = new float[RowBlocks.MaxRows];
    private readonly int[] cursors = new int[RowBlocks.MaxRows];

    /// <param name="options">The options of the model.</param>
    /// <param name="stride">The padded length of a vector.</param>
    public ConjugateGradient(FactorOptions options, int stride)
    {
        (this.options, this.stride) = (options, stride);
        var length = (long)RowBlocks.MaxRows * stride;
        buffer = new NativeBuffer(4 * length * sizeof(float));
        solutions = (float*)buffer.Start;
        residuals = solutions + length;
        directions = residuals + length;
        products = directions + length;
    }

    /// <summary>Solves a block of rows.</summary>
    /// <param name="matrix">The interactions.</param>
    /// <param name="block">The rows.</param>
    /// <param name="vectors">The padded vectors of the matrix's columns.</param>
    /// <param name="gram">The Gram matrix of those vectors, times the weight of unobserved pairs.</param>
    /// <param name="solved">The padded vectors of the matrix's rows.</param>
    /// <param name="steps">The number of conjugate-gradient steps.</param>
    public void Solve(InteractionMatrix matrix, RowBlock block, float* vectors, float* gram, float* solved, int steps)
    {
        var rows = block.Rows.Span;
        for (var i = 0; i < rows.Length; i++)
        {
            regularizations[i] = options.RegularizationOf(matrix.Length(rows[i]), matrix.ColumnCount);
            squares[i] = 1;
            Row(solved, rows[i]).CopyTo(Row(solutions, i));
        }

        Multiply(matrix, block, vectors, gram, solutions, options.UnobservedWeight);
        for (var i = 0; i < rows.Length; i++)
        {
            var residual = residuals + i * stride;
            Kernels.Default.Combine(residual, 0, -1, products + i * stride, stride);
            Row(residuals, i).CopyTo(Row(directions, i));
            squares[i] = Kernels.Default.Dot(residual, residual, stride);
            limits[i] = squares[i] * Converged;
        }

        for (var step = 0; step < steps; step++)
        {
            Multiply(matrix, block, vectors, gram, directions, target: null);
            var active = false;
            for (var i = 0; i < rows.Length; i++) active |= Step(i);
            if (!active) break;
        }

        for (var i = 0; i < rows.Length; i++)
        {
            var solution = solutions + i * stride;
            if (float.IsFinite(Kernels.Default.Dot(solution, solution, stride))) Row(solutions, i).CopyTo(Row(solved, rows[i]));
            else Row(solved, rows[i]).Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();

    // Returns false if the row has converged; its square is then 0.
    private bool Step(int i)
    {
        if (squares[i] == 0) return false;
        float* solution = solutions + i * stride, residual = residuals + i * stride;
        float* direction = directions + i * stride, product = products + i * stride;
        var length = squares[i] / Kernels.Default.Dot(direction, product, stride);
        if (!(length > 0 && float.IsFinite(length)))
        {
            squares[i] = 0;
            return false;
        }

        Kernels.Default.Combine(solution, 1, length, direction, stride);
        Kernels.Default.Combine(residual, 1, -length, product, stride);
        var square = Kernels.Default.Dot(residual, residual, stride);
        Kernels.Default.Combine(direction, square / squares[i], 1, residual, stride);
        squares[i] = square > limits[i] ? square : 0;
        return squares[i] != 0;
    }

    // Sets the products to the systems' matrices times x, minus the systems' right sides if there is a target.
    private void Multiply(InteractionMatrix matrix, RowBlock block, float* vectors, float* gram, float* x, float? target)
    {
        var rows = block.Rows.Span;
        for (var i = 0; i < rows.Length; i++) Kernels.Default.Combine(products + i * stride, 0, regularizations[i], x + i * stride, stride);
        var padded = (rows.Length + Kernels.RowPadding - 1) / Kernels.RowPadding * Kernels.RowPadding;
        Kernels.Default.Multiply(x, stride, 1, gram, products, stride, padded, stride, stride, upper: false);
        Array.Clear(cursors, 0, rows.Length);
        for (long end = block.ChunkColumns; ; end += block.ChunkColumns)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                var columns = matrix.Columns(rows[i])[cursors[i]..];
                if (squares[i] == 0 || columns.IsEmpty) continue;
                var count = columns[^1] < end ? columns.Length : ~columns.BinarySearch(new ColumnLimit((int)end));
                if (count == 0) continue;
                if (i + 1 < rows.Length)
                {
                    var next = matrix.Columns(rows[i + 1])[cursors[i + 1]..];
                    Kernels.Prefetch(vectors, next[..Math.Min(next.Length, Kernels.Ahead)], stride);
                }

                fixed (int* columnPointer = columns)
                fixed (float* weights = matrix.Weights(rows[i])[cursors[i]..])
                {
                    var row = new SparseRow
                    {
                        Vectors = vectors,
                        Columns = columnPointer,
                        Weights = weights,
                        Count = count,
                        Alpha = options.Alpha,
                        Target = target,
                    };
                    Kernels.Default.Accumulate(row, x + i * stride, products + i * stride, stride);
                }

                cursors[i] += count;
            }

            if (end >= matrix.ColumnCount) break;
        }
    }

    private Span<float> Row(float* rows, int row) => new(rows + (long)row * stride, stride);

    // Sorts just before its column, so that a search for it never finds an element.
    private readonly struct ColumnLimit(int column) : IComparable<int>
    {
        public int CompareTo(int other) => column <= other ? -1 : 1;
    }
}
