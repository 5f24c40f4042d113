using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;

namespace Spotify.Google.Database;

/// <summary>Search in the cloud: the search index of the schema, which Spanner keeps in step with its table.</summary>
/// <seealso href="https://cloud.google.com/spanner/docs/full-text-search/query-overview"/>
public sealed class SpannerSearchIndex(IDatabase database) : ISearchIndex
{
    private const string Filter = "Type = @type AND (@market IS NULL OR Markets = '*' OR STRPOS(Markets, @market) > 0)";

    private const string Beginning = "SEARCH_SUBSTRING(PrefixTokens, @beginning, relative_search_type=>'word_prefix')";

    private const string Words = "SEARCH(WordTokens, @words)";

    private const string PageEnd = "ORDER BY Popularity DESC, Id LIMIT @limit OFFSET @offset";

    // Nobody turns that many pages, and counting a million matches costs what finding them does.
    private const string TotalEnd = "LIMIT 10000";

    private static readonly (string, ColumnType)[] Asked =
        [("type", ColumnType.String), ("market", ColumnType.String), ("beginning", ColumnType.String)];

    private static readonly Statement BeginningPage = new(
        $"SELECT Id FROM SearchDocuments WHERE {Filter} AND {Beginning} {PageEnd}", [.. Asked, ("limit", ColumnType.Int64), ("offset", ColumnType.Int64)]);

    private static readonly Statement BeginningTotal = new(
        $"SELECT COUNT(*) AS Total FROM (SELECT Id FROM SearchDocuments WHERE {Filter} AND {Beginning} {TotalEnd})", Asked);

    private static readonly Statement WordsPage = new(
        $"SELECT Id FROM SearchDocuments WHERE {Filter} AND {Words} AND {Beginning} {PageEnd}",
        [.. Asked, ("words", ColumnType.String), ("limit", ColumnType.Int64), ("offset", ColumnType.Int64)]);

    private static readonly Statement WordsTotal = new(
        $"SELECT COUNT(*) AS Total FROM (SELECT Id FROM SearchDocuments WHERE {Filter} AND {Words} AND {Beginning} {TotalEnd})",
        [.. Asked, ("words", ColumnType.String)]);

    /// <inheritdoc/>
    public async Task<SearchMatches> SearchAsync(SearchQuery query, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        // Words are folded already; folding them leaves them as they are, and nothing that the parser of queries chokes on.
        var terms = query.Words.SelectMany(TextFolding.Words).ToList();
        if (terms.Count == 0) return new SearchMatches([], 0);

        // A word that matches whole matches as a beginning too, so one form of query serves both.
        var whole = query.LastIsPrefix ? terms[..^1] : terms;
        var total = (await database.QueryAsync(whole.Count == 0 ? BeginningTotal : WordsTotal, Ask(), null, ct).SingleAsync(ct)).Int32("Total");
        if (query.Limit == 0 || query.Offset >= total) return new SearchMatches([], total);

        var page = Ask();
        page.Add("limit", query.Limit);
        page.Add("offset", query.Offset);
        var ids = new List<string>();
        await foreach (var row in database.QueryAsync(whole.Count == 0 ? BeginningPage : WordsPage, page, null, ct)) ids.Add(row.String("Id"));
        return new SearchMatches(ids, total);

        Parameters Ask()
        {
            var parameters = new Parameters { { "type", SpotifyUri.WireName(query.Type) }, { "market", query.Market }, { "beginning", terms[^1] } };
            // In quotes, or "or" and "around" would be operators.
            if (whole.Count > 0) parameters.Add("words", string.Join(' ', whole.Select(word => $"\"{word}\"")));
            return parameters;
        }
    }
}
