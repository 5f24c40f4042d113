using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Neighbours;

/// <summary>One search of an index.</summary>
internal unsafe ref struct IndexSearch(
    VectorTable vectors, Graph graph, DuplicateRows duplicates, SearchContext context, RowFilter? filter, Span<Neighbour> results)
{
    // Estimates of time in nanoseconds, by which comparing all vectors is preferred to walking the graph.
    private const double PerCandidate = 1000;
    private const double PerVector = 20;
    private const double PerFilteredRow = 2;

    private const int Samples = 256;

    // More candidates of approximate similarity, because some of them are better than they seem.
    private const int MoreApproximate = 8;

    // How many times more candidates are kept than a filter that is independent of the query needs, and how many in the second attempt,
    // if the filter matches little that is near to the query.
    private const int Reserve = 2;
    private const int LargeReserve = 16;

    private readonly Span<Neighbour> results = results;
    private int found;

    /// <summary>Fills the results and returns their number.</summary>
    /// <param name="query">The query.</param>
    /// <param name="similarity">The similarity.</param>
    /// <param name="ef">The number of candidates that match the filter.</param>
    public int Run(ReadOnlySpan<float> query, Similarity similarity, int ef)
    {
        var prepared = new Span<float>(context.Query, vectors.Dimensions);
        query.CopyTo(prepared);
        if (similarity == Similarity.Cosine) Norm.Normalize(prepared);
        if (!prepared.ContainsAnyExcept(0f)) return TakeFirst();
        context.Pivots.Begin(context.Query);
        var share = filter is null ? 1 : EstimateShare(filter);
        var all = vectors.Count * (share * PerVector + (filter is null ? 0 : PerFilteredRow));
        var candidates = ef / share;
        if (IsFaster(candidates, all) && Walk(prepared, ef, filter is null ? ef : Reserve * candidates)) return found;
        if (filter is not null && IsFaster(LargeReserve * candidates, all) && Walk(prepared, ef, LargeReserve * candidates)) return found;
        found = 0;
        CompareAll();
        return found;
    }

    private static bool IsFaster(double candidates, double all) =>
        candidates <= SearchContext.MaxCandidates && candidates * PerCandidate < all;

    // Returns whether the results are full.
    private bool Walk(Span<float> query, int ef, double capacity)
    {
        found = 0;
        if (vectors.Format == VectorFormat.Float32)
        {
            Walk(new FloatScorer(vectors.Start, vectors.Dimensions, context.Query), ef, capacity);
        }
        else
        {
            var codes = new QuantizedQuery(query, context.QueryCodes);
            Walk(new CodeScorer(vectors, codes, context.Pivots), ef + MoreApproximate, capacity + MoreApproximate);
        }

        return found == results.Length;
    }

    private void Walk<TScorer>(TScorer scorer, int ef, double capacity)
        where TScorer : struct, IScorer
    {
        var (entry, upper) = (0, new OrderedScorer<TScorer>(scorer, graph.Order));
        for (var layer = graph.Layers.Length - 1; layer > 0; layer--)
        {
            context.Search(graph.Layers[layer], upper, entry, 1, 1, default(AllNodes));
            entry = Candidate.Node(context.Candidates[0]);
        }

        entry = graph.Order[entry];
        var kept = (int)Math.Min(SearchContext.MaxCandidates, capacity);
        var count = filter is null
            ? context.Search(graph.Layers[0], scorer, entry, kept, ef, default(AllNodes))
            : context.Search(graph.Layers[0], scorer, entry, kept, ef, new RowMatches(filter, duplicates));
        var isExact = vectors.Format == VectorFormat.Float32;
        if (!isExact) PrefetchAll(count);
        for (var i = 0; i < count; i++)
        {
            var candidate = context.Candidates[i];
            if ((candidate & Candidate.IsMatch) == 0) continue;
            var row = Candidate.Node(candidate);
            var similarity = isExact ? Candidate.Similarity(candidate) : SimilarityOf(row);
            if (isExact && IsTooLow(similarity)) break;
            OfferIfMatching(row, similarity);
            foreach (var pair in duplicates.Of(row)) OfferIfMatching((int)pair, similarity);
        }
    }

    // The low bits were not read yet.
    private readonly void PrefetchAll(int count)
    {
        for (var i = 0; i < count; i++)
            Memory.Prefetch(vectors.Start + (long)Candidate.Node(context.Candidates[i]) * vectors.Stride, vectors.Stride);
    }

    private void CompareAll()
    {
        for (var row = 0; row < vectors.Count; row++)
        {
            if (filter is not null && !filter.Matches(row)) continue;
            var similarity = SimilarityOf(row);
            if (!IsTooLow(similarity)) Offer(row, similarity);
        }
    }

    private int TakeFirst()
    {
        for (var row = 0; row < vectors.Count && found < results.Length; row++) OfferIfMatching(row, 0);
        return found;
    }

    private readonly float SimilarityOf(int row)
    {
        var vector = vectors.Start + (long)row * vectors.Stride;
        return vectors.Format == VectorFormat.Float32
            ? DotProduct.Of((float*)vector, context.Query, vectors.Dimensions)
            : QuantizedVector.Dot(vector, context.Query, vectors.Dimensions) + context.Pivots.Of(QuantizedVector.Pivot(vector));
    }

    private readonly bool IsTooLow(float similarity) => found == results.Length && similarity < results[^1].Similarity;

    private void OfferIfMatching(int row, float similarity)
    {
        if (filter is null || filter.Matches(row)) Offer(row, similarity);
    }

    private void Offer(int row, float similarity)
    {
        var position = found;
        while (position > 0 && IsBetter(row, similarity, results[position - 1])) position--;
        if (position == results.Length) return;
        if (found < results.Length) found++;
        results[position..(found - 1)].CopyTo(results[(position + 1)..]);
        results[position] = new Neighbour(row, similarity);
    }

    private static bool IsBetter(int row, float similarity, Neighbour other) =>
        similarity > other.Similarity || (similarity == other.Similarity && row < other.Row);

    private readonly double EstimateShare(RowFilter filter)
    {
        var matches = 0;
        for (var i = 0u; i < Samples; i++)
        {
            // Rows that follow no pattern.
            var row = (int)((ulong)((i + 1) * 0x9E37_79B9u) * (ulong)vectors.Count >> 32);
            if (filter.Matches(row)) matches++;
        }

        return Math.Max(matches, 0.5) / Samples;
    }
}

/// <summary>The rows that match a filter, or whose vector is repeated by a row that does.</summary>
internal readonly struct RowMatches(RowFilter filter, DuplicateRows duplicates) : INodeFilter
{
    public bool Matches(int node)
    {
        if (filter.Matches(node)) return true;
        foreach (var pair in duplicates.Of(node))
        {
            if (filter.Matches((int)pair)) return true;
        }

        return false;
    }
}
