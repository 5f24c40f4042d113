using System.Text;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Local.Database;

/// <summary>
/// The search index of one machine: the FTS5 table that <see cref="SqliteSchema"/> derives from the search index of the schema. FTS5 finds
/// rows in the order of their numbers, which is the order of popularity, so a search reads no more rows than it returns or counts.
/// </summary>
/// <seealso href="https://www.sqlite.org/fts5.html"/>
public sealed class SqliteSearchIndex(SqliteDatabase database) : ISearchIndex
{
    private static readonly string Matches = $"""
        FROM SearchEntriesByTerms
        JOIN SearchEntries ON SearchEntries.{SqliteSchema.RowNumber} = SearchEntriesByTerms.rowid
        WHERE SearchEntriesByTerms MATCH @match
          AND SearchEntriesByTerms.rowid >= {SqliteSchema.FirstNumber("@first")}
          AND SearchEntriesByTerms.rowid < {SqliteSchema.FirstNumber("@end")}
          AND (@market IS NULL OR SearchEntries.Markets = '*' OR instr(SearchEntries.Markets, @market) > 0)
        """;

    private static readonly string Documents = $"""
        SELECT {SearchEntries.Columns} {Matches} ORDER BY SearchEntriesByTerms.rowid LIMIT @limit
        """;

    private static readonly string Count = $"SELECT COUNT(*) AS Total FROM (SELECT 1 {Matches} LIMIT @limit)";

    /// <inheritdoc/>
    public Task<SearchCandidates> CandidatesAsync(SearchQuery query, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (MatchExpression(query) is not { } match) return Task.FromResult(new SearchCandidates([], 0));
        using var reader = database.RentReader();
        var documents = reader.Session.Query(Documents, Limited(query.Limit)).Select(SearchEntries.Read).ToList();
        var total = documents.Count == query.Limit && query.MaxTotal > query.Limit
            ? reader.Session.Query(Count, Limited(query.MaxTotal)).Single().Int32("Total")
            : documents.Count;
        return Task.FromResult(new SearchCandidates(documents, total));

        Parameters Limited(int limit) => new()
        {
            { "match", match }, { "first", SearchEntries.FirstRank(query.Type) }, { "end", SearchEntries.EndRank(query.Type) },
            { "market", query.Market }, { "limit", limit },
        };
    }

    // Null if there can be no matches. Words have no characters that have to be escaped.
    private static string? MatchExpression(SearchQuery query)
    {
        if (query.Groups.Count == 0) return null;
        var expression = new StringBuilder();
        foreach (var group in query.Groups)
        {
            var terms = group.Where(term => term.IsWord).ToList();
            if (terms.Count == 0) return null;
            expression.Append(expression.Length == 0 ? "(" : " AND (");
            for (var i = 0; i < terms.Count; i++)
            {
                expression.Append(i == 0 ? "" : " OR ").Append(Columns(terms[i].Field)).Append(" : \"").Append(terms[i].Text)
                    .Append(terms[i].IsPrefix ? "\" *" : "\"");
            }

            expression.Append(')');
        }

        return expression.ToString();
    }

    private static string Columns(SearchField field) => field switch
    {
        SearchField.Name => "Name",
        SearchField.Artist => "Artists",
        SearchField.Album => "Album",
        SearchField.Tag => "Tags",
        _ => "{Name Artists Album}",
    };
}
