using Spotify.Domain.Ports;

namespace Spotify.Search.Ranking;

/// <summary>A term that can stand for a word of a query.</summary>
/// <param name="Term">The term.</param>
/// <param name="Quality">How well a document with the term matches the word: 1 for the word itself, less for guesses.</param>
public readonly record struct PlannedTerm(SearchTerm Term, double Quality);

/// <summary>A group of a <see cref="PlannedQuery"/>. A document must have one of its terms.</summary>
/// <param name="Terms">The terms, the best first; at most <see cref="SearchQuery.MaxTerms"/>.</param>
/// <param name="Importance">The share of the word in the relevance: its inverse document frequency. 0 for tags.</param>
public sealed record PlannedGroup(IReadOnlyList<PlannedTerm> Terms, double Importance)
{
    /// <summary>Returns whether a document has one of the terms.</summary>
    public bool Matches(SearchDocument document)
    {
        foreach (var planned in Terms)
            if (SearchEntries.Has(document, planned.Term)) return true;
        return false;
    }
}

/// <summary>Words that must follow one another in a field.</summary>
/// <param name="Field">The field.</param>
/// <param name="Words">The folded words, separated by spaces.</param>
public sealed record PlannedPhrase(SearchField Field, string Words)
{
    /// <summary>Returns whether a document has the phrase.</summary>
    public bool Matches(SearchDocument document) => Field switch
    {
        SearchField.Name => Has(document.Name),
        SearchField.Artist => Has(document.Artists),
        SearchField.Album => Has(document.Album),
        _ => Has(document.Name) || Has(document.Artists) || Has(document.Album),
    };

    private bool Has(ReadOnlySpan<char> text)
    {
        for (var start = 0; start <= text.Length - Words.Length;)
        {
            var found = text[start..].IndexOf(Words, StringComparison.Ordinal);
            if (found < 0) return false;
            start += found;
            var end = start + Words.Length;
            if ((start == 0 || IsSeparator(text[start - 1])) && (end == text.Length || IsSeparator(text[end]))) return true;
            start++;
        }

        return false;
    }

    private static bool IsSeparator(char character) => character is ' ' or '\n' or '\t';
}

/// <summary>A query for entities of one type.</summary>
/// <param name="Groups">The groups, all of which a document must match; empty if nothing can match.</param>
/// <param name="Phrases">The phrases, all of which a document must have.</param>
/// <param name="MaxPopularity">The highest popularity, 0 to 100.</param>
public sealed record PlannedQuery(IReadOnlyList<PlannedGroup> Groups, IReadOnlyList<PlannedPhrase> Phrases, int MaxPopularity)
{
    /// <summary>
    /// Whether the search index finds documents that do not match, because it knows neither phrases nor popularity, and a limited number
    /// of groups.
    /// </summary>
    public bool NeedsCheck => Phrases.Count > 0 || MaxPopularity < 100 || Groups.Count > SearchQuery.MaxGroups;

    /// <summary>The groups for the search index.</summary>
    public IReadOnlyList<IReadOnlyList<SearchTerm>> SearchGroups =>
    [
        .. Groups.Take(SearchQuery.MaxGroups).Select(group => group.Terms.Select(planned => planned.Term).ToArray()),
    ];

    /// <summary>Returns whether a document matches.</summary>
    public bool Matches(SearchDocument document)
    {
        if (Groups.Count == 0 || document.Popularity > MaxPopularity) return false;
        foreach (var group in Groups)
            if (!group.Matches(document)) return false;
        foreach (var phrase in Phrases)
            if (!phrase.Matches(document)) return false;
        return true;
    }
}
