using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Google.Database;

/// <summary>The search index of the cloud: a search index of the schema, which Spanner updates with its table.</summary>
/// <seealso href="https://cloud.google.com/spanner/docs/full-text-search/query-overview"/>
public sealed class SpannerSearchIndex(IDatabase database) : ISearchIndex
{
    private const string Filter = "Type = @type AND (@market IS NULL OR Markets = '*' OR STRPOS(Markets, @market) > 0)";

    private const string PrefixMatch = "SEARCH_SUBSTRING(PrefixTokens, @prefix, relative_search_type=>'word_prefix')";

    private const string WordMatch = "SEARCH(WordTokens, @words)";

    private const string PageEnd = "ORDER BY Popularity DESC, Id LIMIT @limit OFFSET @offset";

    // A limit, because counting a million matches costs as much as finding them, and clients do not page that far.
    private const string TotalEnd = "LIMIT 10000";

    private static readonly (string, ColumnType)[] Common =
    [
        ("type", ColumnType.String), ("market", ColumnType.String), ("prefix", ColumnType.String), ("limit", ColumnType.Int64),
        ("offset", ColumnType.Int64),
    ];

    private static readonly Statement PrefixSearch = new(Sql(PrefixMatch), Common);

    private static readonly Statement WordSearch = new(Sql($"{WordMatch} AND {PrefixMatch}"), [.. Common, ("words", ColumnType.String)]);

    /// <inheritdoc/>
    public async Task<SearchMatches> SearchAsync(SearchQuery query, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        // Folding again does not change folded words, but removes the characters of other words that Spanner's query parser rejects.
        var terms = query.Words.SelectMany(SearchText.Words).Select(word => word.Text).ToList();
        if (terms.Count == 0) return new SearchMatches([], 0);

        // Every query has the prefix condition for its last word, because a word that matches completely also matches as a prefix.
        var words = query.LastIsPrefix ? terms[..^1] : terms;
        var parameters = new Parameters
        {
            { "type", SpotifyUri.WireName(query.Type) }, { "market", query.Market }, { "prefix", terms[^1] }, { "limit", query.Limit },
            { "offset", query.Offset },
        };
        // Quoted, because "or" and "around" are operators otherwise.
        if (words.Count > 0) parameters.Add("words", string.Join(' ', words.Select(word => $"\"{word}\"")));
        var rows = await database.QueryAsync(words.Count == 0 ? PrefixSearch : WordSearch, parameters, null, ct).ToListAsync(ct);
        return new SearchMatches(
            [
                .. rows.Where(row => row.IsNull("Total"))
                    .OrderByDescending(row => row.Int64("Popularity")).ThenBy(row => row.String("Id"), StringComparer.Ordinal)
                    .Select(row => row.String("Id")),
            ],
            rows.Single(row => !row.IsNull("Total")).Int32("Total"));
    }

    // The page and the total in one round trip. A union has no order.
    private static string Sql(string match) =>
        $"""
        SELECT Id, Popularity, NULL AS Total
        FROM (SELECT Id, Popularity FROM SearchDocuments WHERE {Filter} AND {match} {PageEnd})
        UNION ALL
        SELECT '', 0, COUNT(*) FROM (SELECT Id FROM SearchDocuments WHERE {Filter} AND {match} {TotalEnd})
        """;
}
