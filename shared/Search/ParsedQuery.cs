namespace Spotify.Search;

/// <summary>A query as it was typed, in parts.</summary>
/// <param name="Words">The plain words, all of which must match.</param>
/// <param name="Phrases">The quoted phrases: words that must follow one another in the same field. None is empty.</param>
/// <param name="Filters">The field filters.</param>
/// <param name="LastIsPrefix">Whether the last of <paramref name="Words"/> may be incomplete, because the query ends with it.</param>
public sealed record ParsedQuery(
    IReadOnlyList<Word> Words, IReadOnlyList<IReadOnlyList<Word>> Phrases, IReadOnlyList<QueryFilter> Filters, bool LastIsPrefix)
{
    /// <summary>The number of characters that are read.</summary>
    public const int MaxLength = 250;

    /// <summary>
    /// The number of words that count: those of phrases and text filters, and then the plain words. Of phrases and of filters, each, there
    /// are no more either.
    /// </summary>
    public const int MaxWords = 16;

    /// <summary>
    /// Returns the parts of a query. Any text is a query: filters with unknown names or values, unbalanced quotes and operators of other
    /// search engines are plain text.
    /// </summary>
    public static ParsedQuery Parse(string query) => new QueryParser(query.Length > MaxLength ? query[..MaxLength] : query).Parse();
}
