using Spotify.Recommendations.Vectors;

namespace Spotify.Recommendations.Neighbours;

/// <summary>
/// The choice of links by the heuristic of the paper (algorithm 4): of the candidates from the most similar on, those that are more similar
/// to the node than to any chosen one, so that links lead into all directions.
/// </summary>
internal sealed unsafe class LinkSelector(float* vectors, int dimensions, int maxLinks)
{
    private readonly ulong[] candidates = new ulong[maxLinks];
    private readonly ulong[] chosen = new ulong[maxLinks];

    /// <summary>Chooses links.</summary>
    /// <param name="sorted">The candidates with their similarity to the node, most similar first.</param>
    /// <param name="links">Receives the links.</param>
    /// <param name="order">The rows of nodes; null if nodes are rows.</param>
    /// <returns>The number of links.</returns>
    public int Select(ReadOnlySpan<ulong> sorted, Span<ulong> links, int* order)
    {
        var count = 0;
        foreach (var candidate in sorted)
        {
            if (count == links.Length) break;
            var vector = VectorOf(Candidate.Node(candidate), order);
            var similarity = Candidate.Similarity(candidate);
            var isDiverse = true;
            for (var i = 0; i < count && isDiverse; i++)
                isDiverse = DotProduct.Of(vector, VectorOf(Candidate.Node(links[i]), order), dimensions) <= similarity;
            if (isDiverse) links[count++] = candidate;
        }

        return count;
    }

    /// <summary>Adds a link to a node; if all slots are in use, chooses again.</summary>
    public void AddLink(Layer layer, int* order, int node, int link, float similarity)
    {
        var slots = layer.Of(node);
        for (var i = 0; i < layer.Slots; i++)
        {
            if (slots[i] != Layer.NoNode) continue;
            slots[i] = link;
            return;
        }

        var vector = VectorOf(node, order);
        for (var i = 0; i < layer.Slots; i++) Memory.Prefetch(VectorOf(slots[i], order), dimensions * sizeof(float));
        for (var i = 0; i < layer.Slots; i++)
            candidates[i] = Candidate.Of(DotProduct.Of(vector, VectorOf(slots[i], order), dimensions), slots[i]);
        candidates[layer.Slots] = Candidate.Of(similarity, link);
        var sorted = candidates.AsSpan(0, layer.Slots + 1);
        sorted.Sort();
        sorted.Reverse();
        var count = Select(sorted, chosen.AsSpan(0, layer.Slots), order);
        for (var i = 0; i < layer.Slots; i++) slots[i] = i < count ? Candidate.Node(chosen[i]) : Layer.NoNode;
    }

    private float* VectorOf(int node, int* order) => vectors + (long)(order is null ? node : order[node]) * dimensions;
}
