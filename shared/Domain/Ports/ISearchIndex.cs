using System.Text;

namespace Spotify.Domain.Ports;

/// <summary>A term that a field of a document must have.</summary>
/// <param name="Field">The field.</param>
/// <param name="Text">
/// The folded word or the tag. Terms have letters, digits and private-use characters only; a term with other ASCII characters has no
/// matches.
/// </param>
/// <param name="IsPrefix">Whether the term also matches words that start with it.</param>
public readonly record struct SearchTerm(SearchField Field, string Text, bool IsPrefix)
{
    /// <summary>Whether a document can have the term. Search engines never see the text of other terms.</summary>
    public bool IsWord => Text.Length > 0 && Text.EnumerateRunes().All(rune =>
        rune.IsAscii ? char.IsAsciiLetterLower((char)rune.Value) || char.IsAsciiDigit((char)rune.Value) : rune != Rune.ReplacementChar);
}

/// <summary>A search for entities of one or more types.</summary>
public sealed record SearchQuery
{
    /// <summary>The maximum number of groups.</summary>
    public const int MaxGroups = 24;

    /// <summary>The maximum number of terms in a group.</summary>
    public const int MaxTerms = 200;

    /// <summary>The maximum number of documents of a result, and the highest total: the end of the last page of a search.</summary>
    public const int MaxLimit = 1050;

    /// <summary>
    /// The length of the longest prefixes that search indexes have as terms. For a longer one, an index reads all of its words or matches.
    /// </summary>
    public const int MaxIndexedPrefix = 7;

    /// <summary>Creates a query.</summary>
    /// <param name="types">The entity types, each once.</param>
    /// <param name="groups">
    /// Groups of terms. A document must match all groups; it matches a group that has one of its terms. A group without terms has no
    /// matches. Without groups, nothing matches.
    /// </param>
    /// <param name="market">The market in which matches must be available; null for all markets.</param>
    /// <param name="limit">The maximum number of documents of each type to return.</param>
    /// <param name="countTo">
    /// The number up to which more matches of each type than <paramref name="limit"/> are counted, which takes time.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is over its limit.</exception>
    public SearchQuery(
        IReadOnlyList<EntityType> types, IReadOnlyList<IReadOnlyList<SearchTerm>> groups, string? market, int limit, int countTo = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxLimit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(countTo, MaxLimit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groups.Count, MaxGroups, nameof(groups));
        foreach (var group in groups) ArgumentOutOfRangeException.ThrowIfGreaterThan(group.Count, MaxTerms, nameof(groups));
        (Types, Groups, Market, Limit, MaxTotal) = (types, groups, market, limit, Math.Max(limit, countTo));
    }

    /// <summary>The entity types.</summary>
    public IReadOnlyList<EntityType> Types { get; }

    /// <summary>The groups of terms.</summary>
    public IReadOnlyList<IReadOnlyList<SearchTerm>> Groups { get; }

    /// <summary>The market in which matches must be available; null for all markets.</summary>
    public string? Market { get; }

    /// <summary>The maximum number of documents of each type to return, 0 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; }

    /// <summary>The number up to which matches of each type are counted, at least <see cref="Limit"/>.</summary>
    public int MaxTotal { get; }
}

/// <summary>The fields of a search document that scoring needs.</summary>
/// <param name="Type">The entity type.</param>
/// <param name="Id">The id of the entity.</param>
/// <param name="Name">
/// The folded words of its name, separated by spaces. Further terms by which they can be found, such as romanizations, follow after a tab.
/// </param>
/// <param name="Artists">The names of its artists in the same format, separated by line feeds.</param>
/// <param name="Album">The name of its album, show or audiobook in the same format; may be empty.</param>
/// <param name="ArtistIds">The ids of its artists, separated by spaces; may be empty.</param>
/// <param name="Tags">The terms of <see cref="SearchField.Tag"/>, separated by spaces.</param>
/// <param name="Popularity">0 to 100.</param>
/// <param name="MarketPopularity">Pairs of market codes and popularities, such as <c>SE80US75</c>; null if unknown.</param>
/// <param name="ReleaseDate"><c>yyyy</c>, <c>yyyy-MM</c> or <c>yyyy-MM-dd</c>; empty if unknown.</param>
/// <param name="AddedAt">When it was imported; null if unknown.</param>
public sealed record SearchDocument(
    EntityType Type,
    string Id,
    string Name,
    string Artists,
    string Album,
    string ArtistIds,
    string Tags,
    int Popularity,
    string? MarketPopularity,
    string ReleaseDate,
    DateTimeOffset? AddedAt);

/// <summary>The result of a search for one type.</summary>
/// <param name="Documents">The most popular matches, in order of popularity. Equally popular ones have an order too.</param>
/// <param name="Total">The number of all matches, at most <see cref="SearchQuery.MaxTotal"/>.</param>
public sealed record SearchCandidates(IReadOnlyList<SearchDocument> Documents, int Total);

/// <summary>
/// A search index over the rows of the table SearchEntries. The index is always up to date, because these rows are committed together
/// with the entities that they describe.
/// </summary>
public interface ISearchIndex
{
    /// <summary>Returns the most popular matches of each type of a query, in the order of the types, in one round trip.</summary>
    Task<IReadOnlyList<SearchCandidates>> CandidatesAsync(SearchQuery query, CancellationToken ct);
}
