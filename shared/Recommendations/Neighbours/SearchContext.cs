using System.Numerics;
using System.Runtime.CompilerServices;
using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Neighbours;

/// <summary>The memory of one search at a time: candidates, visited nodes and the query.</summary>
internal sealed unsafe class SearchContext : IDisposable
{
    /// <summary>The maximum number of candidates.</summary>
    public const int MaxCandidates = 8192;

    // If a search visits more nodes, all bits are cleared afterwards.
    private const int MaxTouched = 1 << 15;

    private readonly NativeBuffer memory;
    private readonly int words;
    private readonly ulong* visited;
    private readonly ulong* candidates;
    private readonly int* touched;
    private readonly int* fresh;
    private int touchedCount;

    /// <summary>Allocates the memory.</summary>
    /// <param name="vectors">The vectors of the nodes.</param>
    /// <param name="slots">The maximum number of links of a node.</param>
    public SearchContext(VectorTable vectors, int slots)
    {
        words = (vectors.Count + 63) / 64;
        Pivots = new PivotDots(vectors);
        var queryLength = (vectors.Dimensions + 15) / 16 * 16;
        var lengths = (Visited: sizeof(ulong) * (long)words, Candidates: sizeof(ulong) * (MaxCandidates + 1L),
            Touched: sizeof(int) * (long)MaxTouched, Fresh: sizeof(int) * (long)slots, Query: sizeof(float) * (long)queryLength);
        memory = new NativeBuffer(
            lengths.Visited + lengths.Candidates + lengths.Touched + lengths.Fresh + lengths.Query + sizeof(short) * queryLength + 5 * 64);
        var next = memory.Start;
        byte* Take(long length)
        {
            var start = next;
            next += (length + 63) / 64 * 64;
            return start;
        }

        Query = (float*)Take(lengths.Query);
        QueryCodes = (short*)Take(sizeof(short) * queryLength);
        fresh = (int*)Take(lengths.Fresh);
        candidates = (ulong*)Take(lengths.Candidates);
        touched = (int*)Take(lengths.Touched);
        visited = (ulong*)next;
    }

    /// <summary>Memory for a query.</summary>
    public float* Query { get; }

    /// <summary>Memory for a quantized query.</summary>
    public short* QueryCodes { get; }

    /// <summary>The inner products of the query and pivots.</summary>
    public PivotDots Pivots { get; }

    /// <summary>The candidates of the last search, best first.</summary>
    public ulong* Candidates => candidates;

    /// <summary>Searches a layer for the nodes that are most similar to a query.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="scorer">The similarity to the query.</param>
    /// <param name="entry">The node to begin with.</param>
    /// <param name="capacity">The number of candidates, up to <see cref="MaxCandidates"/>.</param>
    /// <param name="matches">The search ends when so many matching nodes are better than all nodes whose links were not followed.</param>
    /// <param name="filter">The condition on matching nodes, if any.</param>
    /// <returns>The number of <see cref="Candidates"/>.</returns>
    public int Search<TScorer, TFilter>(Layer layer, TScorer scorer, int entry, int capacity, int matches, TFilter filter)
        where TScorer : struct, IScorer
        where TFilter : struct, INodeFilter
    {
        Visit(entry);
        candidates[0] = Candidate.Of(scorer.Of(entry), entry) | Flag(filter, entry);
        // Candidates before the cursor are expanded.
        var (count, cursor, matchesBefore) = (1, 0, 0);
        while (cursor < count)
        {
            var current = candidates[cursor];
            if ((current & Candidate.IsExpanded) != 0)
            {
                if ((current & Candidate.IsMatch) != 0 && ++matchesBefore >= matches) break;
                cursor++;
                continue;
            }

            candidates[cursor] = current | Candidate.IsExpanded;
            var freshCount = Gather(layer.Of(Candidate.Node(current)), layer.Slots, scorer);
            if (cursor + 1 < count) Memory.Prefetch(layer.Of(Candidate.Node(candidates[cursor + 1])), layer.Slots * sizeof(int));
            for (var i = 0; i < freshCount; i++)
            {
                var node = fresh[i];
                var candidate = Candidate.Of(scorer.Of(node), node);
                if (count == capacity && candidate < candidates[count - 1]) continue;
                var position = Insert(candidate | Flag(filter, node), ref count, capacity);
                if (position > cursor) continue;
                for (; cursor > position; cursor--)
                {
                    // Candidates between were moved by one.
                    if ((candidates[cursor] & Candidate.IsMatch) != 0) matchesBefore--;
                }
            }
        }

        Forget();
        return count;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        memory.Dispose();
        Pivots.Dispose();
    }

    private static ulong Flag<TFilter>(TFilter filter, int node)
        where TFilter : struct, INodeFilter => filter.Matches(node) ? Candidate.IsMatch : 0;

    // Lists the nodes that were not visited before, and begins to load their vectors.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Gather<TScorer>(int* links, int slots, TScorer scorer)
        where TScorer : struct, IScorer
    {
        var count = 0;
        for (var i = 0; i < slots; i++)
        {
            var node = links[i];
            if (node == Layer.NoNode) break;
            if (!Visit(node)) continue;
            scorer.Prefetch(node);
            fresh[count++] = node;
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Visit(int node)
    {
        var (word, bit) = (node >> 6, 1UL << node);
        if ((visited[word] & bit) != 0) return false;
        visited[word] |= bit;
        if (touchedCount < MaxTouched) touched[touchedCount] = word;
        touchedCount++;
        return true;
    }

    private void Forget()
    {
        if (touchedCount > MaxTouched) new Span<ulong>(visited, words).Clear();
        else
        {
            for (var i = 0; i < touchedCount; i++) visited[touched[i]] = 0;
        }

        touchedCount = 0;
    }

    // Inserts a candidate in order and returns its position; the last one falls out of a full list.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Insert(ulong candidate, ref int count, int capacity)
    {
        var start = candidates;
        for (var length = count; length > 0;)
        {
            var half = (length + 1) >> 1;
            start = start[half - 1] > candidate ? start + half : start;
            length -= half;
        }

        var position = (int)(start - candidates);
        var moved = Math.Min(count, capacity - 1) - position;
        Buffer.MemoryCopy(start, start + 1, (long)moved * sizeof(ulong), (long)moved * sizeof(ulong));
        *start = candidate;
        if (count < capacity) count++;
        return position;
    }
}

/// <summary>A condition on nodes. Implementations are structs, so that searches are compiled for each.</summary>
internal interface INodeFilter
{
    /// <summary>Returns whether a search may return the node.</summary>
    bool Matches(int node);
}

/// <summary>No condition.</summary>
internal readonly struct AllNodes : INodeFilter
{
    public bool Matches(int node) => true;
}
