namespace Spotify.Search;

/// <summary>A query as it was typed, in parts.</summary>
/// <param name="Words">The plain words, all of which must match.</param>
/// <param name="Phrases">The quoted phrases: words that must follow one another in the same field.</param>
/// <param name="Filters">The field filters.</param>
/// <param name="LastIsPrefix">Whether the last of <paramref name="Words"/> may still be being typed: the query ends with it.</param>
public sealed record ParsedQuery(
    IReadOnlyList<Word> Words, IReadOnlyList<IReadOnlyList<Word>> Phrases, IReadOnlyList<QueryFilter> Filters, bool LastIsPrefix)
{
    /// <summary>The number of characters that are read.</summary>
    public const int MaxLength = 250;

    /// <summary>The number of words that count, those of phrases and filters included.</summary>
    public const int MaxWords = 16;

    /// <summary>Returns the parts of a query. Any text is a query.</summary>
    public static ParsedQuery Parse(string query)
    {
        var words = SearchText.Words(query.Length > MaxLength ? query[..MaxLength] : query);
        return new ParsedQuery([.. words.Take(MaxWords)], [], [], words.Count > 0);
    }
}
