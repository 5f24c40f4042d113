namespace Spotify.Search.Terms;

/// <summary>A word to compare terms with.</summary>
internal readonly ref struct TypoWord
{
    /// <summary>The number of places to give to the constructor.</summary>
    public const int Labels = 256;

    private readonly ReadOnlySpan<int> letters;
    private readonly ReadOnlySpan<ulong> places;
    private readonly bool hasRare;
    private readonly ulong mask;

    /// <summary>Creates a word.</summary>
    /// <param name="letters">The letters, at most <see cref="TermDictionary.MaxLetters"/>.</param>
    /// <param name="trie">The terms.</param>
    /// <param name="places">Zeros, <see cref="Labels"/> of them.</param>
    public TypoWord(ReadOnlySpan<int> letters, TermTrie trie, Span<ulong> places)
    {
        this.letters = letters;
        this.places = places;
        mask = (2UL << letters.Length) - 1;
        for (var i = 0; i < letters.Length; i++)
        {
            var label = trie.LabelOf(letters[i]);
            if (label == TermTrie.RareLabel) hasRare = true;
            else places[label] |= 1UL << i;
        }
    }

    /// <summary>The number of letters.</summary>
    public int Length => letters.Length;

    /// <summary>Returns the state before the first letter of a term.</summary>
    public TypoState Start(int edits) => TypoState.Start(edits, mask);

    /// <summary>Returns the state at a child of the node of the given state.</summary>
    public TypoState Next(in TypoState state, int child, byte label, TermTrie trie) =>
        state.Next(label == TermTrie.RareLabel && hasRare ? PlacesOf(trie.LetterOf(child)) : places[label], mask);

    /// <summary>Returns the number of edits between the word and the letters so far, or <see cref="TypoState.TooMany"/>.</summary>
    public int Edits(in TypoState state) => state.Edits(1UL << letters.Length);

    private ulong PlacesOf(int letter)
    {
        var found = 0UL;
        for (var i = 0; i < letters.Length; i++)
            if (letters[i] == letter) found |= 1UL << i;
        return found;
    }
}
