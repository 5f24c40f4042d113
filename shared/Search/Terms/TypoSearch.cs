namespace Spotify.Search.Terms;

/// <summary>
/// A walk through the prefixes that a word can still be turned into with a number of edits. Collects the heaviest terms that take exactly
/// that many.
/// </summary>
internal ref struct TypoSearch(TermTrie trie, TypoWord word, bool isPrefix, int limit)
{
    // Terms that match with fewer edits can hide the best of a node, but if there were more than the limit, this walk would not be made.
    private readonly int most = (2 * limit) + 8;

    private readonly PriorityQueue<(int Node, bool IsTerm, TypoState State), int> found = new();
    private readonly TypoWord word = word;
    private int edits;

    /// <summary>Adds the terms that take the given number of edits, the heaviest first, up to the limit.</summary>
    /// <param name="edits">The number of edits, 1 or 2.</param>
    /// <param name="matches">The list to add to.</param>
    /// <param name="work">The number of nodes that may still be read. The heaviest terms can be missing when it is used up.</param>
    public void AddTo(List<(int Node, int Edits)> matches, int edits, ref int work)
    {
        this.edits = edits;
        found.Clear();
        Visit(TermTrie.Root, word.Start(edits), 0, ref work);

        var best = new BestFirst(trie);
        while (found.TryDequeue(out var item, out _))
        {
            if (item.IsTerm) best.AddTerm(item.Node);
            else best.Add(item.Node, item.State);
        }

        var left = TermDictionary.MaxWork;
        while (matches.Count < limit && best.Next(word, ref left) is { } node) matches.Add((node, edits));
    }

    private void Visit(int node, in TypoState state, int depth, ref int work)
    {
        var (start, end) = trie.Children(node);
        work -= end - start;
        var labels = trie.Labels[start..end];
        var best = trie.Best[start..end];
        for (var i = 0; i < labels.Length && work > 0; i++)
        {
            var next = word.Next(state, start + i, labels[i], trie);
            if (next.LeastEdits == TypoState.TooMany || IsTooLight(best[i])) continue;
            next = Accept(start + i, next, depth + 1);
            if (next.LeastEdits < TypoState.TooMany) Visit(start + i, next, depth + 1, ref work);
        }
    }

    /// <summary>Collects a node if it matches.</summary>
    /// <returns>The state with which to continue below the node.</returns>
    private readonly TypoState Accept(int node, in TypoState state, int depth)
    {
        var distance = word.Edits(state);
        if (distance == TypoState.TooMany) return state;
        if (isPrefix && distance <= Typos.AllowedIn(word.Length))
        {
            // All terms below match with that many edits, so that only matches with fewer are of interest there.
            var below = state.Limit(distance - 1);
            if (distance == edits) Collect(node, isTerm: false, below, trie.Best[node]);
            return below;
        }

        if (distance == edits && trie.IsTerm(node) && distance <= Typos.AllowedIn(Math.Max(word.Length, depth)))
            Collect(node, isTerm: true, default, trie.Weight(node));
        return state;
    }

    private readonly bool IsTooLight(int weight) => found.Count == most && found.TryPeek(out _, out var least) && weight <= least;

    private readonly void Collect(int node, bool isTerm, in TypoState below, int weight)
    {
        if (found.Count < most) found.Enqueue((node, isTerm, below), weight);
        else if (!IsTooLight(weight)) found.DequeueEnqueue((node, isTerm, below), weight);
    }
}
