using System.Runtime.InteropServices;
using Spotify.Recommendations.Publishing;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Neighbours;

/// <summary>
/// An index of vectors that finds the most similar ones to a query: a hierarchical navigable small world graph (Malkov, Yashunin:
/// "Efficient and robust approximate nearest neighbor search using Hierarchical Navigable Small World graphs", 2016). Safe for concurrent
/// searches. Searches allocate nothing.
/// </summary>
public sealed unsafe class NeighbourIndex : IDisposable
{
    private static readonly SectionFormat FileFormat = new("neighbours", 1);

    private readonly Graph graph;
    private readonly DuplicateRows duplicates;
    private readonly SectionFile? file;
    private readonly ContextPool contexts;

    // Searches under way, and one for the index until it is disposed. The memory is freed at 0.
    private int users = 1;
    private int isDisposed;

    private NeighbourIndex(VectorTable vectors, Graph graph, DuplicateRows duplicates, Similarity similarity, SectionFile? file)
    {
        (Vectors, Similarity, this.graph, this.duplicates, this.file) = (vectors, similarity, graph, duplicates, file);
        contexts = new ContextPool(() => new SearchContext(vectors, 2 * graph.Links));
    }

    /// <summary>The vectors; those of an index by cosine are normalized. Must not be used after the index is disposed.</summary>
    public VectorTable Vectors { get; }

    /// <summary>The similarity by which rows are found.</summary>
    public Similarity Similarity { get; }

    /// <summary>The size of vectors and links in bytes.</summary>
    public long Size => Vectors.Size + Graph.SizeOf(graph.Count, graph.Links) + sizeof(long) * (long)duplicates.Pairs.Length;

    /// <summary>Builds an index.</summary>
    /// <param name="rows">The vectors, one after the other. Repeated vectors and zero vectors are allowed.</param>
    /// <param name="dimensions">The number of dimensions, at least 1.</param>
    /// <param name="options">The options.</param>
    /// <param name="threads">
    /// The number of threads, at least 1. The index depends on the seed, but neither on the number of threads nor on their timing. On
    /// processors with registers of another width, sums are rounded differently, which can change a few links.
    /// </param>
    /// <param name="progress">Receives the number of vectors inserted so far.</param>
    /// <param name="cancellation">Ends the build.</param>
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
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var vectors = VectorTable.Create(VectorFormat.Float32, dimensions, rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(vectors.Count, Candidate.MaxNodes, nameof(rows));
        var graph = Graph.Create(vectors.Count, options.Links);
        try
        {
            Canonicalize(vectors, options.Similarity);
            var duplicates = DuplicateRows.Find((float*)vectors.Start, vectors.Count, dimensions);
            var order = Shuffle(vectors.Count, duplicates, options.Seed);
            using var builder = new GraphBuilder(graph, vectors, options.ConstructionCandidates, order, threads);
            builder.Build(progress, cancellation);
            if (options.Format == VectorFormat.Float32) return new NeighbourIndex(vectors, graph, duplicates, options.Similarity, null);
            foreach (var pair in duplicates.Pairs) builder.Pivots[(int)pair] = builder.Pivots[pair >> 32];
            var pivots = PivotsOf(options.Format, vectors.Count, options.Links);
            var quantized = IndexQuantizer.Quantize(vectors, builder.Pivots, pivots, threads);
            vectors.Free();
            return new NeighbourIndex(quantized, graph, duplicates, options.Similarity, null);
        }
        catch
        {
            vectors.Free();
            graph.Free();
            throw;
        }
    }

    /// <summary>Opens a file that <see cref="Save"/> wrote. It is memory-mapped; all processes that open it share the memory.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is truncated or damaged. The message names it.</exception>
    /// <exception cref="NotSupportedException">The file has another version.</exception>
    public static NeighbourIndex Open(string path)
    {
        var file = SectionFile.Open(path, FileFormat);
        try
        {
            var header = MemoryMarshal.Read<Header>(MemoryMarshal.AsBytes(file.Read<int>("header")));
            var vectors = VectorTable.Read(
                file, "vectors", header.Format, header.Count, header.Dimensions, PivotsOf(header.Format, header.Count, header.Links));
            var graph = Graph.Read(file, header.Count, header.Links);
            return new NeighbourIndex(vectors, graph, DuplicateRows.Of(file.Read<long>("duplicates")), header.Similarity, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Returns the size of an index in bytes, in memory and as a file, if no vector is repeated.</summary>
    /// <param name="count">The number of vectors.</param>
    /// <param name="dimensions">The number of dimensions.</param>
    /// <param name="options">The options.</param>
    public static long EstimateBytes(int count, int dimensions, NeighbourOptions options) =>
        VectorTable.SizeOf(options.Format, count, dimensions, PivotsOf(options.Format, count, options.Links))
        + Graph.SizeOf(count, options.Links);

    /// <summary>Finds the rows that are most similar to a query.</summary>
    /// <param name="query">The query. By a query of zeros, all rows have similarity 0.</param>
    /// <param name="count">The maximum number of rows.</param>
    /// <param name="ef">
    /// The number of candidates, which trades speed for recall (ef in the paper). At least <paramref name="count"/> are used. If comparing
    /// all vectors takes no longer, the result is exact.
    /// </param>
    /// <param name="filter">The condition on rows, if any.</param>
    /// <param name="results">
    /// Receives the rows, most similar first; of equally similar rows the lower one first. At least <paramref name="count"/> long.
    /// </param>
    /// <returns>The number of rows found, which is less than <paramref name="count"/> only if no more rows match the filter.</returns>
    /// <exception cref="ArgumentException">
    /// The query has another number of dimensions, or an infinite number or NaN; or <paramref name="results"/> is too short.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The index is disposed.</exception>
    public int Search(ReadOnlySpan<float> query, int count, int ef, RowFilter? filter, Span<Neighbour> results)
    {
        if (query.Length != Vectors.Dimensions)
            throw new ArgumentException($"The query has {query.Length} dimensions, not {Vectors.Dimensions}.", nameof(query));
        if (VectorTable.IndexOfNonFinite(query) >= 0 || Norm.IsTooLarge(query))
            throw new ArgumentException("The query has an infinite number or NaN, or is too large.", nameof(query));
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        count = Math.Min(count, Vectors.Count);
        if (results.Length < count) throw new ArgumentException($"The results need room for {count} rows.", nameof(results));
        Enter();
        try
        {
            if (count == 0) return 0;
            var context = contexts.Rent();
            try
            {
                var search = new IndexSearch(Vectors, graph, duplicates, context, filter, results[..count]);
                return search.Run(query, Similarity, Math.Max(ef, count));
            }
            finally
            {
                contexts.Return(context);
            }
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Writes the index as a file for <see cref="Open"/>.</summary>
    /// <exception cref="ObjectDisposedException">The index is disposed.</exception>
    public void Save(Stream stream)
    {
        Enter();
        try
        {
            var writer = new SectionWriter(stream, FileFormat);
            writer.Write("header", [new Header(Vectors.Format, Vectors.Count, Vectors.Dimensions, graph.Links, Similarity)]);
            graph.Write(writer);
            Vectors.Write(writer, "vectors");
            writer.Write("duplicates", duplicates.Pairs);
            writer.Complete();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Closes the file and frees the memory, at once or when the last search that is under way has ended.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) == 0) Leave();
    }

    private void Enter()
    {
        for (var current = users; ; )
        {
            ObjectDisposedException.ThrowIf(current == 0 || isDisposed != 0, this);
            var seen = Interlocked.CompareExchange(ref users, current + 1, current);
            if (seen == current) return;
            current = seen;
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref users) > 0) return;
        contexts.Dispose();
        Vectors.Free();
        graph.Free();
        file?.Dispose();
    }

    private static int PivotsOf(VectorFormat format, int count, int links) =>
        format == VectorFormat.Int8 ? Graph.PivotsOf(count, links) : 0;

    // Prepares vectors for inner products.
    private static void Canonicalize(VectorTable vectors, Similarity similarity)
    {
        for (var row = 0; row < vectors.Count; row++)
        {
            var vector = new Span<float>(vectors.Start + (long)row * vectors.Stride, vectors.Dimensions);
            if (similarity == Similarity.Cosine) Norm.Normalize(vector);
            else if (Norm.IsTooLarge(vector)) throw new ArgumentException($"The vector of row {row} is too large.", nameof(vectors));
            // Negative zeros equal positive ones.
            foreach (ref var number in vector) number += 0f;
        }
    }

    // Returns the rows that get into the graph, in the order of insertion.
    private static int[] Shuffle(int count, DuplicateRows duplicates, int seed)
    {
        var repeated = new HashSet<int>(duplicates.Pairs.Length);
        foreach (var pair in duplicates.Pairs) repeated.Add((int)pair);
        int[] order = [.. Enumerable.Range(0, count).Where(row => !repeated.Contains(row))];
        new Random(seed).Shuffle(order);
        return order;
    }

    private readonly record struct Header(VectorFormat Format, int Count, int Dimensions, int Links, Similarity Similarity);
}
