namespace Spotify.Domain.Ports;

/// <summary>A search for entities of one type.</summary>
/// <param name="Type">The type.</param>
/// <param name="Words">Folded words, all of which must match; see <see cref="Catalog.TextFolding"/>.</param>
/// <param name="LastIsPrefix">Whether the last word may be the start of a longer one.</param>
/// <param name="Market">If given, only what is available in that market.</param>
/// <param name="Offset">How many of the best matches to pass over.</param>
/// <param name="Limit">How many to return, 0 or more.</param>
public sealed record SearchQuery(EntityType Type, IReadOnlyList<string> Words, bool LastIsPrefix, string? Market, int Offset, int Limit);

/// <summary>What a search found.</summary>
/// <param name="Ids">Ids of the entities asked for, most popular first, ties by id.</param>
/// <param name="Total">How many match in all; 10,000 for more than that.</param>
public sealed record SearchMatches(IReadOnlyList<string> Ids, int Total);

/// <summary>
/// Candidates for a query, from the rows of the table SearchDocuments: writers commit those together with what they describe,
/// so that the index is never behind.
/// </summary>
public interface ISearchIndex
{
    /// <summary>The matches of a query.</summary>
    Task<SearchMatches> SearchAsync(SearchQuery query, CancellationToken ct);
}
