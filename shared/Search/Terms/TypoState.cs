namespace Spotify.Search.Terms;

/// <summary>
/// The state of comparing a word with a term, letter by letter of the term. Bit i of level d says that the first i letters of the word can
/// be turned into the letters of the term so far by d edits: insertions, deletions, replacements, and transpositions of adjacent letters
/// without another edit between them (optimal string alignment).
/// </summary>
/// <seealso href="https://dl.acm.org/doi/10.1145/135239.135244">Wu and Manber: Fast text searching allowing errors</seealso>
internal readonly struct TypoState
{
    /// <summary>More edits than are ever allowed.</summary>
    public const int TooMany = 3;

    private readonly int edits;
    private readonly ulong level0;
    private readonly ulong level1;
    private readonly ulong level2;

    // Bit i: the last letter was letter i + 1 of the word, so that a transposition is done if the next one is letter i.
    private readonly ulong swap0;
    private readonly ulong swap1;

    private TypoState(int edits, ulong level0, ulong level1 = 0, ulong level2 = 0, ulong swap0 = 0, ulong swap1 = 0) =>
        (this.edits, this.level0, this.level1, this.level2, this.swap0, this.swap1) = (edits, level0, level1, level2, swap0, swap1);

    /// <summary>The smallest number of edits with which the term can still match, or <see cref="TooMany"/>.</summary>
    public int LeastEdits => level0 != 0 ? 0 : level1 != 0 ? 1 : level2 != 0 ? 2 : TooMany;

    /// <summary>Returns the state before the first letter.</summary>
    /// <param name="edits">The allowed number of edits, 0 to 2.</param>
    /// <param name="mask">The bits from 0 to the length of the word.</param>
    public static TypoState Start(int edits, ulong mask) =>
        new(edits, 1, edits > 0 ? 0b11 & mask : 0, edits > 1 ? 0b111 & mask : 0);

    /// <summary>Returns the number of edits between the word and the letters so far, or <see cref="TooMany"/>.</summary>
    /// <param name="whole">The bit of the whole word.</param>
    public int Edits(ulong whole) => (level0 & whole) != 0 ? 0 : (level1 & whole) != 0 ? 1 : (level2 & whole) != 0 ? 2 : TooMany;

    /// <summary>Returns the state with at most the given number of edits allowed; −1 for a state that matches nothing.</summary>
    public TypoState Limit(int most) => most >= edits ? this : most switch
    {
        1 => new(1, level0, level1, 0, swap0),
        0 => new(0, level0),
        _ => default,
    };

    /// <summary>Returns the state after another letter of the term.</summary>
    /// <param name="places">Bit i: the letter is letter i of the word.</param>
    /// <param name="mask">The bits from 0 to the length of the word.</param>
    public TypoState Next(ulong places, ulong mask)
    {
        var next0 = (level0 & places) << 1;
        if (edits == 0) return new(0, next0);
        var next1 = ((level1 & places) << 1 | level0 | level0 << 1 | next0 | next0 << 1 | (swap0 & places) << 2) & mask;
        if (edits == 1) return new(1, next0, next1, 0, level0 & places >> 1);
        var next2 = ((level2 & places) << 1 | level1 | level1 << 1 | next1 | next1 << 1 | (swap1 & places) << 2) & mask;
        return new(2, next0, next1, next2, level0 & places >> 1, level1 & places >> 1);
    }
}
