namespace Spotify.Domain.Ports;

/// <summary>A search for entities of one type.</summary>
/// <param name="Type">The entity type.</param>
/// <param name="Words">Folded words, all of which must match.</param>
/// <param name="LastIsPrefix">Whether the last word also matches as a prefix.</param>
/// <param name="Market">The market in which matches must be available; null for all markets.</param>
/// <param name="Offset">The number of matches to skip.</param>
/// <param name="Limit">The maximum number of ids to return, at least 0.</param>
public sealed record SearchQuery(EntityType Type, IReadOnlyList<string> Words, bool LastIsPrefix, string? Market, int Offset, int Limit);

/// <summary>The result of a search.</summary>
/// <param name="Ids">The ids of the requested page, most popular first, then by id.</param>
/// <param name="Total">The number of all matches, at most 10,000.</param>
public sealed record SearchMatches(IReadOnlyList<string> Ids, int Total);

/// <summary>
/// A search index over the rows of the table SearchDocuments. The index is always up to date, because these rows are committed together
/// with the entities that they describe.
/// </summary>
public interface ISearchIndex
{
    /// <summary>Returns a page of the matches of a query.</summary>
    Task<SearchMatches> SearchAsync(SearchQuery query, CancellationToken ct);
}
