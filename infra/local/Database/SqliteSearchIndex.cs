using System.Text;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Local.Database;

/// <summary>
/// The search index of one machine: the FTS5 table that <see cref="SqliteSchema"/> derives from the search index of the schema.
/// </summary>
public sealed class SqliteSearchIndex(SqliteDatabase database) : ISearchIndex
{
    private const string Matches = $"""
        FROM SearchDocumentsByWords
        JOIN SearchDocuments ON SearchDocuments.{SqliteSchema.RowNumber} = SearchDocumentsByWords.rowid
        WHERE SearchDocumentsByWords MATCH @words
          AND (@market IS NULL OR SearchDocuments.Markets = '*' OR instr(SearchDocuments.Markets, @market) > 0)
        """;

    private const string PageSql = $"""
        SELECT SearchDocuments.Id {Matches}
        ORDER BY SearchDocuments.Popularity DESC, SearchDocuments.Id LIMIT @limit OFFSET @offset
        """;

    // A limit, because counting a million matches costs as much as finding them, and clients do not page that far.
    private const string TotalSql = $"SELECT COUNT(*) AS Total FROM (SELECT 1 {Matches} LIMIT 10000)";

    /// <inheritdoc/>
    public Task<SearchMatches> SearchAsync(SearchQuery query, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        // Folding again does not change folded words, but removes the characters of other words that are operators of FTS5.
        var words = query.Words.SelectMany(SearchText.Words).Select(word => word.Text).ToList();
        if (words.Count == 0) return Task.FromResult(new SearchMatches([], 0));

        using var reader = database.RentReader();
        var match = MatchExpression(query, words);
        var total = reader.Session.Query(TotalSql, Filter()).Single().Int32("Total");
        if (query.Limit == 0 || query.Offset >= total) return Task.FromResult(new SearchMatches([], total));

        var page = Filter();
        page.Add("limit", query.Limit);
        page.Add("offset", query.Offset);
        return Task.FromResult(new SearchMatches([.. reader.Session.Query(PageSql, page).Select(row => row.String("Id"))], total));

        Parameters Filter() => new() { { "words", match }, { "market", query.Market } };
    }

    private static string MatchExpression(SearchQuery query, List<string> words)
    {
        // The type is a word in a column of its own, so the index skips the documents of other types.
        var expression = new StringBuilder("Type : ").Append(SpotifyUri.WireName(query.Type));
        for (var i = 0; i < words.Count; i++)
        {
            expression.Append(" AND Words : \"").Append(words[i]).Append('"');
            if (query.LastIsPrefix && i == words.Count - 1) expression.Append(" *");
        }

        return expression.ToString();
    }
}
