using Spotify.Recommendations.Interactions;

namespace Spotify.Recommendations.Factors;

/// <summary>Rows that are solved together.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="ChunkColumns">The number of columns that all rows pass before the next ones.</param>
internal readonly record struct RowBlock(ReadOnlyMemory<int> Rows, int ChunkColumns);

/// <summary>Divides the rows of a matrix into blocks, the most expensive ones first.</summary>
/// <remarks>
/// Short rows share a block as long as the vectors of their columns fit into the second-level cache, because each of the steps reads them
/// again. The columns of long rows do not fit, so long rows pass the columns in chunks that do: their columns are dense enough for
/// several rows to read the same vectors. Blocks do not depend on the number of threads.
/// </remarks>
internal static class RowBlocks
{
    /// <summary>The largest number of rows of a block.</summary>
    public const int MaxRows = 128;

    private const int ShortRows = 32;
    private const int CacheBytes = 512 << 10;

    // The average number of columns of a row in a chunk. With fewer, finding the chunk would cost more than reading its vectors.
    private const int ColumnsInChunk = 16;

    /// <summary>Returns the blocks. Rows without columns are in none.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="stride">The padded length of a vector.</param>
    public static IReadOnlyList<RowBlock> Of(InteractionMatrix matrix, int stride)
    {
        var capacity = CacheBytes / sizeof(float) / stride;
        var (blocks, rows) = (new List<RowBlock>(), Enumerable.Range(0, matrix.RowCount));
        var longRows = rows.Where(row => matrix.Length(row) > capacity).OrderByDescending(matrix.Length).ToArray();
        for (var first = 0; first < longRows.Length; first += MaxRows)
        {
            var block = longRows.AsMemory(first, Math.Min(MaxRows, longRows.Length - first));
            var columns = (long)ColumnsInChunk * matrix.ColumnCount / matrix.Length(block.Span[^1]);
            blocks.Add(new(block, (int)Math.Max(capacity, columns)));
        }

        var shortRows = rows.Where(row => matrix.Length(row) is var length && length > 0 && length <= capacity).ToArray();
        for (var first = 0; first < shortRows.Length;)
        {
            var (next, interactions) = (first, 0);
            while (next < shortRows.Length && next - first < ShortRows)
            {
                interactions += matrix.Length(shortRows[next]);
                if (interactions > capacity && next > first) break;
                next++;
            }

            blocks.Add(new(shortRows.AsMemory(first, next - first), int.MaxValue));
            first = next;
        }

        return blocks;
    }
}
