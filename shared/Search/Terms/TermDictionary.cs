namespace Spotify.Search.Terms;

/// <summary>
/// The terms of a catalog with their frequencies and weights: a trie in one piece of memory, which finds terms by their beginning and in
/// spite of typos. Can be used by many threads.
/// </summary>
public sealed class TermDictionary
{
    /// <summary>The maximum length of a term in letters (Unicode scalar values).</summary>
    public const int MaxLetters = 60;

    /// <summary>The maximum number of results of a call.</summary>
    public const int MaxLimit = 1000;

    /// <summary>The number of trie nodes that a call reads at most, about 2 ms. Usual calls read far fewer.</summary>
    internal const int MaxWork = 200_000;

    private readonly TermTrie trie;

    private TermDictionary(TermTrie trie) => this.trie = trie;

    /// <summary>The number of terms.</summary>
    public int Count => trie.Terms;

    /// <summary>The number of documents that were counted.</summary>
    public long Documents => trie.Documents;

    /// <summary>Opens a dictionary, which refers to the memory of the file.</summary>
    /// <param name="file">The file, which must not change.</param>
    /// <exception cref="InvalidDataException">The file is no dictionary of this version, or it is damaged.</exception>
    public static TermDictionary Open(ReadOnlyMemory<byte> file) => new(new TermTrie(file));

    /// <summary>Finds a term.</summary>
    public bool TryFind(ReadOnlySpan<char> term, out TermInfo info)
    {
        Span<int> buffer = stackalloc int[MaxLetters];
        info = default;
        if (!Letters.TryRead(term, buffer, out var letters) || !trie.TryFind(letters, out var node) || !trie.IsTerm(node)) return false;
        info = trie.InfoOf(node);
        return true;
    }

    /// <summary>Returns the heaviest terms that start with a prefix, the heaviest first.</summary>
    /// <param name="prefix">The prefix. Nothing starts with an empty one.</param>
    /// <param name="limit">The maximum number of terms, up to <see cref="MaxLimit"/>.</param>
    public IReadOnlyList<TermMatch> Complete(ReadOnlySpan<char> prefix, int limit)
    {
        Span<int> buffer = stackalloc int[MaxLetters];
        if (!Letters.TryRead(prefix, buffer, out var letters) || letters.IsEmpty || !trie.TryFind(letters, out var node)) return [];
        var matches = new List<TermMatch>();
        var (best, work) = (new BestFirst(trie), MaxWork);
        best.Add(node, default);
        while (matches.Count < Math.Min(limit, MaxLimit) && best.Next(default, ref work) is { } found)
            matches.Add(new TermMatch(trie.TextOf(found), 0, trie.InfoOf(found)));
        return matches;
    }

    /// <summary>
    /// Returns the terms that a word may have been meant to be: those within the edits that are allowed in the word or in the term
    /// (<see cref="Typos"/>), with at least one edit.
    /// </summary>
    /// <param name="word">The word.</param>
    /// <param name="isPrefix">
    /// Whether the word is still being typed: also finds terms with a prefix within the edits that are allowed in the word. Leaves out
    /// terms that start with the word; <see cref="Complete"/> returns them.
    /// </param>
    /// <param name="limit">The maximum number of terms, up to <see cref="MaxLimit"/>.</param>
    /// <returns>The terms with the fewest edits first, and among them the heaviest first.</returns>
    public IReadOnlyList<TermMatch> Similar(ReadOnlySpan<char> word, bool isPrefix, int limit)
    {
        Span<int> buffer = stackalloc int[MaxLetters];
        if (!Letters.TryRead(word, buffer, out var letters)) return [];
        Span<ulong> places = stackalloc ulong[TypoWord.Labels];
        limit = Math.Min(limit, MaxLimit);
        var search = new TypoSearch(trie, new TypoWord(letters, trie, places), isPrefix, limit);
        var (matches, work) = (new List<(int Node, int Edits)>(), MaxWork);
        // A term can be longer than the word by the edits.
        for (var edits = 1; edits <= Typos.AllowedIn(letters.Length + edits) && matches.Count < limit; edits++)
            search.AddTo(matches, edits, ref work);
        return matches.ConvertAll(match => new TermMatch(trie.TextOf(match.Node), match.Edits, trie.InfoOf(match.Node)));
    }

    /// <summary>
    /// Returns the pairs of terms that a word consists of, for a space that was left out. For a space too many, <see cref="TryFind"/>
    /// finds the joined words.
    /// </summary>
    /// <param name="word">The word.</param>
    /// <param name="limit">The maximum number of pairs.</param>
    /// <returns>Pairs without a single letter first, and among them those whose lighter term is the heaviest first.</returns>
    public IReadOnlyList<(string First, string Second)> Splits(string word, int limit)
    {
        Span<int> buffer = stackalloc int[MaxLetters];
        if (!Letters.TryRead(word, buffer, out var letters)) return [];
        var splits = new List<(int First, int Second, bool HasSingle, int Weight)>();
        var first = TermTrie.Root;
        for (var i = 0; i < letters.Length - 1; i++)
        {
            first = trie.Child(first, letters[i]);
            if (first == TermTrie.Root) break;
            if (!trie.IsTerm(first) || !trie.TryFind(letters[(i + 1)..], out var second) || !trie.IsTerm(second)) continue;
            splits.Add((first, second, i == 0 || i == letters.Length - 2, Math.Min(trie.Weight(first), trie.Weight(second))));
        }

        return
        [
            .. splits.OrderBy(split => split.HasSingle).ThenByDescending(split => split.Weight).Take(limit)
                .Select(split => (trie.TextOf(split.First), trie.TextOf(split.Second))),
        ];
    }
}
