namespace Spotify.Search.Terms;

/// <summary>
/// The enumeration of the terms below nodes, the heaviest first. Each node knows the greatest weight below it, so that a step goes straight
/// to the next term: the work for a term is at most its length times the children of a node.
/// </summary>
internal sealed class BestFirst(TermTrie trie)
{
    // Among equal weights, what was added last is first, because it is deeper and so nearer to a term.
    private readonly PriorityQueue<Item, (int Weight, int Order)> queue = new();
    private int added;

    /// <summary>Adds a node and all terms below it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="state">The state at the node. Terms that match from there on are left out.</param>
    public void Add(int node, in TypoState state) => Enqueue(new Item(node, IsTerm: false, state), trie.Best[node]);

    /// <summary>Adds one term.</summary>
    public void AddTerm(int node) => Enqueue(new Item(node, IsTerm: true, default), trie.Weight(node));

    /// <summary>Returns the node of the next term; null if there is none or the work is used up.</summary>
    public int? Next(in TypoWord word, ref int work)
    {
        while (work > 0 && queue.TryDequeue(out var item, out _))
        {
            if (item.IsTerm) return item.Node;
            if (trie.IsTerm(item.Node)) AddTerm(item.Node);
            var (start, end) = trie.Children(item.Node);
            work -= end - start + 1;
            for (var child = start; child < end; child++)
            {
                var state = item.State;
                if (state.LeastEdits < TypoState.TooMany)
                {
                    state = word.Next(state, child, trie.Labels[child], trie);
                    if (word.Edits(state) < TypoState.TooMany) continue;
                }

                Add(child, state);
            }
        }

        return null;
    }

    private void Enqueue(in Item item, int weight) => queue.Enqueue(item, (-weight, -++added));

    private readonly record struct Item(int Node, bool IsTerm, TypoState State);
}
