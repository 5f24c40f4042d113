using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

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
        [("type", ColumnType.String), ("market", ColumnType.String), ("prefix", ColumnType.String)];

    private static readonly Statement PrefixPage = new(
        $"SELECT Id FROM SearchDocuments WHERE {Filter} AND {PrefixMatch} {PageEnd}",
        [.. Common, ("limit", ColumnType.Int64), ("offset", ColumnType.Int64)]);

    private static readonly Statement PrefixTotal = new(
        $"SELECT COUNT(*) AS Total FROM (SELECT Id FROM SearchDocuments WHERE {Filter} AND {PrefixMatch} {TotalEnd})", Common);

    private static readonly Statement WordsPage = new(
        $"SELECT Id FROM SearchDocuments WHERE {Filter} AND {WordMatch} AND {PrefixMatch} {PageEnd}",
        [.. Common, ("words", ColumnType.String), ("limit", ColumnType.Int64), ("offset", ColumnType.Int64)]);

    private static readonly Statement WordsTotal = new(
        $"SELECT COUNT(*) AS Total FROM (SELECT Id FROM SearchDocuments WHERE {Filter} AND {WordMatch} AND {PrefixMatch} {TotalEnd})",
        [.. Common, ("words", ColumnType.String)]);

    /// <inheritdoc/>
    public async Task<SearchMatches> SearchAsync(SearchQuery query, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        // Folding again does not change folded words, but removes the characters of other words that Spanner's query parser rejects.
        var terms = query.Words.SelectMany(TextFolding.Words).ToList();
        if (terms.Count == 0) return new SearchMatches([], 0);

        // Every query has the prefix condition for its last word, because a word that matches completely also matches as a prefix.
        var words = query.LastIsPrefix ? terms[..^1] : terms;
        var total = database.QueryAsync(words.Count == 0 ? PrefixTotal : WordsTotal, CommonParameters(), null, ct).SingleAsync(ct);
        var page = CommonParameters();
        page.Add("limit", query.Limit);
        page.Add("offset", query.Offset);
        var ids = new List<string>();
        await foreach (var row in database.QueryAsync(words.Count == 0 ? PrefixPage : WordsPage, page, null, ct)) ids.Add(row.String("Id"));
        return new SearchMatches(ids, (await total).Int32("Total"));

        Parameters CommonParameters()
        {
            var parameters = new Parameters
            {
                { "type", SpotifyUri.WireName(query.Type) }, { "market", query.Market }, { "prefix", terms[^1] },
            };
            // Quoted, because "or" and "around" are operators otherwise.
            if (words.Count > 0) parameters.Add("words", string.Join(' ', words.Select(word => $"\"{word}\"")));
            return parameters;
        }
    }
}
