using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Neighbours;

/// <summary>
/// An index of vectors that finds the most similar ones to a query: a hierarchical navigable small world graph (Malkov, Yashunin:
/// "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable Small World graphs", 2016). Safe for concurrent
/// searches. Searches allocate nothing.
/// </summary>
public sealed class NeighbourIndex : IDisposable
{
    private static readonly SectionFormat FileFormat = new("neighbours", 1);

    private readonly SectionFile? file;

    private NeighbourIndex(VectorTable vectors, Similarity similarity, SectionFile? file)
    {
        (Vectors, Similarity, this.file) = (vectors, similarity, file);
    }

    /// <summary>The vectors; those of an index by cosine are normalized. Must not be used after the index is disposed.</summary>
    public VectorTable Vectors { get; }

    /// <summary>The similarity by which rows are found.</summary>
    public Similarity Similarity { get; }

    /// <summary>Builds an index.</summary>
    /// <param name="rows">The vectors, one after the other. Repeated vectors and zero vectors are allowed.</param>
    /// <param name="dimensions">The number of dimensions, at least 1.</param>
    /// <param name="options">The options.</param>
    /// <param name="threads">The number of threads, at least 1. The index does not depend on it.</param>
    /// <param name="progress">Receives the number of vectors inserted so far.</param>
    /// <exception cref="ArgumentException">A number is infinite or NaN, the last vector is incomplete, or an option is invalid.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was canceled.</exception>
    public static NeighbourIndex Build(
        ReadOnlySpan<float> rows,
        int dimensions,
        NeighbourOptions options,
        int threads,
        IProgress<int>? progress,
        CancellationToken cancellation)
    {
        var normalized = rows.ToArray();
        var count = VectorTable.CountRows(dimensions, rows);
        if (options.Similarity == Similarity.Cosine)
        {
            for (var row = 0; row < count; row++) Normalize(normalized.AsSpan(row * dimensions, dimensions));
        }

        cancellation.ThrowIfCancellationRequested();
        progress?.Report(count);
        return new NeighbourIndex(VectorTable.Create(options.Format, dimensions, normalized), options.Similarity, null);
    }

    /// <summary>Opens a file that <see cref="Save"/> wrote. The file is memory-mapped; all processes that open it share the memory.</summary>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is truncated or damaged. The message names it.</exception>
    /// <exception cref="NotSupportedException">The file has another version.</exception>
    public static NeighbourIndex Open(string path)
    {
        var file = SectionFile.Open(path, FileFormat);
        try
        {
            var header = file.Read<int>("header");
            var vectors = VectorTable.Read(file, "vectors", (VectorFormat)header[0], header[1], header[2]);
            return new NeighbourIndex(vectors, (Similarity)header[3], file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Finds the rows that are most similar to a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="count">The maximum number of rows.</param>
    /// <param name="ef">
    /// The number of candidates, which trades speed for recall (ef in the paper). At least <paramref name="count"/> are used.
    /// </param>
    /// <param name="filter">The condition on rows, if any.</param>
    /// <param name="results">
    /// Receives the rows, most similar first; of equally similar rows the lower one first. At least <paramref name="count"/> long.
    /// </param>
    /// <returns>The number of rows found, which is less than <paramref name="count"/> only if no more rows match the filter.</returns>
    /// <exception cref="ArgumentException">The query has another number of dimensions, or an infinite number or NaN.</exception>
    /// <exception cref="ObjectDisposedException">The index is disposed.</exception>
    public int Search(ReadOnlySpan<float> query, int count, int ef, RowFilter? filter, Span<Neighbour> results)
    {
        Span<float> normalized = query.ToArray();
        if (Similarity == Similarity.Cosine) Normalize(normalized);
        var found = new List<Neighbour>();
        for (var row = 0; row < Vectors.Count; row++)
        {
            if (filter is null || filter.Matches(row)) found.Add(new Neighbour(row, Vectors.Dot(row, normalized)));
        }

        var best = found.OrderByDescending(neighbour => neighbour.Similarity).ThenBy(neighbour => neighbour.Row).Take(count).ToArray();
        best.CopyTo(results);
        return best.Length;
    }

    /// <summary>Writes the index as a file for <see cref="Open"/>.</summary>
    public void Save(Stream stream)
    {
        var writer = new SectionWriter(stream, FileFormat);
        writer.Write<int>("header", [(int)Vectors.Format, Vectors.Count, Vectors.Dimensions, (int)Similarity]);
        Vectors.Write(writer, "vectors");
        writer.Complete();
    }

    /// <summary>Frees the memory and closes the file.</summary>
    public void Dispose() => file?.Dispose();

    /// <summary>Returns an estimate of the size of an index in bytes, in memory and as a file.</summary>
    /// <param name="count">The number of vectors.</param>
    /// <param name="dimensions">The number of dimensions.</param>
    /// <param name="options">The options.</param>
    public static long EstimateBytes(long count, int dimensions, NeighbourOptions options)
    {
        // A vector is in the layer above with probability 1/M.
        var upper = (double)sizeof(int) * (options.Links + 1) / (options.Links - 1);
        var perVector = VectorTable.BytesPerVector(options.Format, dimensions) + 2 * sizeof(int) * options.Links + upper;
        return (long)(count * perVector);
    }

    private static void Normalize(Span<float> vector)
    {
        var squares = 0.0;
        foreach (var number in vector) squares += (double)number * number;
        if (squares == 0) return;
        var factor = 1 / Math.Sqrt(squares);
        foreach (ref var number in vector) number = (float)(number * factor);
    }
}
