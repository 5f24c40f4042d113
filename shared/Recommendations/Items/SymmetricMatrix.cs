using System.Runtime.InteropServices;
using static Spotify.Recommendations.Items.TileMath;

namespace Spotify.Recommendations.Items;

/// <summary>
/// A dense symmetric matrix, stored as the tiles of its lower triangle: 2·n² bytes. Results are the same for any number of threads,
/// because each tile is computed by one thread in a fixed order.
/// </summary>
internal sealed unsafe class SymmetricMatrix : IDisposable
{
    private readonly float* tiles;
    private readonly int tileRows;

    /// <summary>Creates a matrix of zeros.</summary>
    public SymmetricMatrix(int size)
    {
        Count = size;
        tileRows = (size + Size - 1) / Size;
        var bytes = (nuint)tileRows * (nuint)(tileRows + 1) / 2 * Area * sizeof(float);
        tiles = (float*)NativeMemory.AlignedAlloc(bytes, 64);
        NativeMemory.Clear(tiles, bytes);
    }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>Returns the address of an element of the lower triangle.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column, at most the row.</param>
    public float* At(int row, int column) => Tile(row / Size, column / Size) + (row % Size * Size) + (column % Size);

    /// <summary>Copies a row, both its lower and its upper part.</summary>
    public void CopyRow(int row, Span<float> values)
    {
        for (var first = 0; first <= row; first += Size)
        {
            var count = Math.Min(Size, row + 1 - first);
            new ReadOnlySpan<float>(At(row, first), count).CopyTo(values[first..]);
        }

        for (var other = row + 1; other < Count; other++) values[other] = *At(other, row);
    }

    /// <summary>Replaces the matrix by its inverse.</summary>
    /// <param name="threads">The number of threads.</param>
    /// <param name="progress">Receives the number of finished steps, of <see cref="Steps"/>.</param>
    /// <param name="ct">Cancels, which leaves the matrix undefined.</param>
    /// <exception cref="ArithmeticException">The matrix is not positive definite.</exception>
    public void Invert(int threads, Action<int>? progress, CancellationToken ct)
    {
        // The last tile is filled up with the unit matrix.
        for (var i = Count; i < tileRows * Size; i++) *At(i, i) = 1;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = ct };
        var scratch = (float*)NativeMemory.AlignedAlloc((nuint)tileRows * Area * sizeof(float), 64);
        var spare = (float*)NativeMemory.AlignedAlloc(2 * Area * sizeof(float), 64);
        try
        {
            for (var step = 0; step < tileRows; step++, progress?.Invoke(step)) Factorize(step, scratch, spare, parallel);
            for (var step = 0; step < tileRows; step++, progress?.Invoke(tileRows + step)) InvertFactor(step, scratch, parallel);
            for (var step = 0; step < tileRows; step++, progress?.Invoke((2 * tileRows) + step)) Multiply(step, scratch, parallel);
        }
        finally
        {
            NativeMemory.AlignedFree(scratch);
            NativeMemory.AlignedFree(spare);
        }
    }

    /// <summary>The number of steps of <see cref="Invert"/>.</summary>
    public int Steps => 3 * tileRows;

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(tiles);

    private float* Tile(int row, int column) => tiles + (((((long)row * (row + 1)) / 2) + column) * Area);

    // Computes one column of tiles of the Cholesky factor, but leaves the inverse of the diagonal tile in place of the tile.
    private void Factorize(int step, float* scratch, float* spare, ParallelOptions parallel)
    {
        for (var column = 0; column < step; column++) Transpose(Tile(step, column), scratch + (column * (long)Area));
        Parallel.For(step, tileRows, parallel, row =>
        {
            for (var column = 0; column < step; column++)
                AddProduct(Tile(row, step), Tile(row, column), scratch + (column * (long)Area), -1);
        });
        var diagonal = Tile(step, step);
        if (!TryFactorize(diagonal)) throw new ArithmeticException("The matrix is not positive definite.");
        InvertLower(diagonal, spare);
        Copy(spare, diagonal);
        var transposed = spare + Area;
        Transpose(spare, transposed);
        Parallel.For(step + 1, tileRows, parallel, row =>
        {
            var copy = stackalloc float[Area];
            Copy(Tile(row, step), copy);
            Clear(Tile(row, step));
            AddProduct(Tile(row, step), copy, transposed, 1);
        });
    }

    // Replaces one row of tiles of the factor by that row of the factor's inverse.
    private void InvertFactor(int step, float* scratch, ParallelOptions parallel)
    {
        Parallel.For(0, step, parallel, column =>
        {
            var sum = stackalloc float[Area];
            Clear(sum);
            for (var k = column; k < step; k++) AddProduct(sum, Tile(step, k), Tile(k, column), 1);
            var target = scratch + (column * (long)Area);
            Clear(target);
            AddProduct(target, Tile(step, step), sum, -1);
        });
        for (var column = 0; column < step; column++) Copy(scratch + (column * (long)Area), Tile(step, column));
    }

    // Replaces one row of tiles of the factor's inverse by that row of the product of its transpose and itself.
    private void Multiply(int step, float* scratch, ParallelOptions parallel)
    {
        Parallel.For(0, step + 1, parallel, column =>
        {
            var target = scratch + (column * (long)Area);
            Clear(target);
            for (var k = step; k < tileRows; k++) AddTransposedProduct(target, Tile(k, step), Tile(k, column), 1);
        });
        for (var column = 0; column <= step; column++) Copy(scratch + (column * (long)Area), Tile(step, column));
    }

    private static void Copy(float* from, float* to) => new ReadOnlySpan<float>(from, Area).CopyTo(new Span<float>(to, Area));

    private static void Clear(float* tile) => new Span<float>(tile, Area).Clear();
}
