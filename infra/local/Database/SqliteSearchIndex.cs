using System.Text;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Local.Database;

/// <summary>
/// The search index of one machine: the FTS5 table that <see cref="SqliteSchema"/> derives from the search index of the schema. FTS5 finds
/// rows in the order of their numbers, which is the order of popularity, so a search reads no more rows than it returns or counts.
/// </summary>
/// <seealso href="https://www.sqlite.org/fts5.html"/>
/// <param name="database">The database.</param>
/// <param name="maxRows">The number of rows that a search reads at most, about 100 ms.</param>
public sealed class SqliteSearchIndex(SqliteDatabase database, int maxRows = SqliteSearchIndex.MaxRows) : ISearchIndex
{
    // Searches usually read some hundred rows. Where few documents are available in the market, or are of the years, they would read all.
    private const int MaxRows = 30_000;

    // The order of the columns is that in Read.
    private const string Matches = $"""
        SELECT SearchEntriesByTerms.rowid, SearchEntries.Id, SearchEntries.Rank, SearchEntries.Name, SearchEntries.Artists,
          SearchEntries.Album, SearchEntries.ArtistIds, SearchEntries.Tags, SearchEntries.MarketPopularity, SearchEntries.ReleaseDate,
          SearchEntries.AddedAt, SearchEntries.Markets
        FROM SearchEntriesByTerms
        JOIN SearchEntries ON SearchEntries.{SqliteSchema.RowNumber} = SearchEntriesByTerms.rowid
        WHERE SearchEntriesByTerms MATCH @match AND SearchEntriesByTerms.rowid >= @first AND SearchEntriesByTerms.rowid < @end
        ORDER BY SearchEntriesByTerms.rowid
        """;

    // A merge writes the whole index, so it waits for a number of segments that makes searches slower.
    private const int ManySegments = 8;

    // Of 4 KB, about 20 ms of work, for which commits wait.
    private const int PagesPerMerge = 250;

    private const string Segments = "SELECT COUNT(*) AS Segments FROM (SELECT DISTINCT segid FROM SearchEntriesByTerms_idx)";

    private const string Merge = "INSERT INTO SearchEntriesByTerms (SearchEntriesByTerms, rank) VALUES ('merge', @pages)";

    /// <inheritdoc/>
    public Task<IReadOnlyList<SearchCandidates>> CandidatesAsync(SearchQuery query, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var found = query.Types.Select(type => new Found(type)).ToList();
        var checkedGroups = CheckedGroups(query);
        if (MatchExpression(query.Groups.Except(checkedGroups)) is { } match && query.MaxTotal > 0 && found.Count > 0)
        {
            using var reader = database.RentReader();
            var walk = new Walk([.. found.OrderBy(one => one.First)], match, query, checkedGroups, maxRows);
            while (walk.Find(reader.Session))
            {
            }
        }

        return Task.FromResult<IReadOnlyList<SearchCandidates>>([.. found.Select(one => new SearchCandidates(one.Documents, one.Total))]);
    }

    /// <summary>Merges the segments of the index into one, in small transactions, if there are many.</summary>
    /// <param name="ct">Cancels the merge, which the next call continues.</param>
    public async Task MergeAsync(CancellationToken ct)
    {
        using (var reader = database.RentReader())
            if (reader.Session.Query(Segments, Parameters.None).Single().Int64("Segments") < ManySegments) return;
        // A negative number in the first step makes segments of all sizes take part. Steps change nothing when the merge is done.
        const int least = 2;
        for (var pages = -PagesPerMerge; ; pages = PagesPerMerge)
            if (await database.ExecuteAsync(Merge, new Parameters { { "pages", pages } }, ct) < least) return;
    }

    // Null if there can be no matches. Words have no characters that have to be escaped.
    private static string? MatchExpression(IEnumerable<IReadOnlyList<SearchTerm>> groups)
    {
        var expression = new StringBuilder();
        foreach (var group in groups)
        {
            var terms = group.Where(term => term.IsWord).ToList();
            if (terms.Count == 0) return null;
            expression.Append(expression.Length == 0 ? "(" : " AND (");
            for (var i = 0; i < terms.Count; i++)
            {
                expression.Append(i == 0 ? "" : " OR ").Append(Columns(terms[i])).Append('"').Append(terms[i].Text)
                    .Append(terms[i].IsPrefix ? "\" *" : "\"");
            }

            expression.Append(')');
        }

        return expression.Length == 0 ? null : expression.ToString();
    }

    // Decades are in many documents. If several other groups must match, FTS5 would look in the decades for each document that has one of
    // these; it is faster to check the rows that have all of them.
    private static List<IReadOnlyList<SearchTerm>> CheckedGroups(SearchQuery query)
    {
        var decades = query.Groups.Where(group => group.Count > 1 && group.All(term => term.Field == SearchField.Tag)
            && group.Any(term => SearchTags.IsDecade(term.Text))).ToList();
        return query.Groups.Count - decades.Count > 1 ? decades : [];
    }

    // A filter costs time, and no other field than the tags has tags.
    private static string Columns(SearchTerm term) => term.Field switch
    {
        SearchField.Name => "Name : ",
        SearchField.Artist => "Artists : ",
        SearchField.Album => "Album : ",
        SearchField.Tag => "Tags : ",
        _ => SearchTags.IsTag(term.Text) ? "{Name Artists Album} : " : "",
    };

    /// <summary>The reading of the matches of all types, which are ranges of row numbers.</summary>
    private sealed class Walk(
        List<Found> types, string match, SearchQuery query, IReadOnlyList<IReadOnlyList<SearchTerm>> checkedGroups, int maxRows)
    {
        private readonly List<HashSet<string>> tags =
            [.. checkedGroups.Select(group => group.Select(term => term.Text).ToHashSet(StringComparer.Ordinal))];

        private int next;
        private int rowsLeft = maxRows;

        /// <summary>
        /// Reads matches from the first row of a type on. If there are fewer than needed, those of the next type follow in the same query,
        /// because starting a query looks up all of its terms.
        /// </summary>
        /// <returns>Whether another query is needed.</returns>
        public bool Find(SqliteSession session)
        {
            using var rows = session.Open(
                Matches, new Parameters { { "match", match }, { "first", types[next].First }, { "end", types[^1].End } });
            while (rowsLeft-- > 0 && rows.Next())
            {
                var number = rows.Int64(0);
                while (number >= types[next].End) next++;
                if (number < types[next].First) return true;
                if (IsMatch(rows) && types[next].Add(rows, query)) return ++next < types.Count;
            }

            return false;
        }

        private bool IsMatch(SqliteCursor row)
        {
            if (query.Market is { } market && row.Text(11) is var markets && markets != MarketSet.Everywhere.Text
                && !markets.Contains(market, StringComparison.Ordinal)) return false;
            if (tags.Count == 0) return true;
            var own = row.Text(7).Split(' ');
            return tags.TrueForAll(wanted => Array.Exists(own, wanted.Contains));
        }
    }

    /// <summary>The matches of a type.</summary>
    private sealed class Found(EntityType type)
    {
        public long First { get; } = SqliteSchema.FirstNumber(SearchEntries.FirstRank(type));

        public long End { get; } = SqliteSchema.FirstNumber(SearchEntries.EndRank(type));

        public List<SearchDocument> Documents { get; } = [];

        public int Total { get; private set; }

        /// <summary>Adds a match.</summary>
        /// <returns>Whether no more are needed.</returns>
        public bool Add(SqliteCursor row, SearchQuery query)
        {
            if (Documents.Count < query.Limit) Documents.Add(Read(row));
            return ++Total == query.MaxTotal;
        }

        private SearchDocument Read(SqliteCursor row) => new(
            type,
            row.Text(1),
            row.Text(3),
            row.Text(4),
            row.Text(5),
            row.Text(6),
            row.Text(7),
            SearchEntries.Popularity(row.Int64(2)),
            row.IsNull(8) ? null : row.Text(8),
            row.Text(9),
            row.IsNull(10) ? null : Instant.FromMicroseconds(row.Int64(10)));
    }
}
