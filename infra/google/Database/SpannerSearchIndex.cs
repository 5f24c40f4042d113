using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Search;

namespace Spotify.Google.Database;

/// <summary>
/// The search index of the cloud: a search index of the schema, which Spanner updates with its table. Its tokens are our terms, verbatim.
/// <list type="bullet">
/// <item>ARRAY_INCLUDES_ANY of a column whose TOKEN is in a search index is evaluated on the index's posting lists, as are conjunctions and
/// disjunctions of it ("Mix full-text and non-text queries").</item>
/// <item>A query that specifies the PARTITION BY column, sorts by exactly the ORDER BY column and has a LIMIT reads the index in order and
/// stops at the limit ("Perform efficient top-k retrieval"). A second sort column would make it read all matches.</item>
/// <item>The market is a stored column and not a token: it is checked on each row that the index finds.</item>
/// <item>The emulator evaluates these conditions on the table, for terms of every script.</item>
/// </list>
/// </summary>
/// <seealso href="https://cloud.google.com/spanner/docs/full-text-search/mix-full-text-and-non-text-queries"/>
/// <seealso href="https://cloud.google.com/spanner/docs/full-text-search/top-k-pattern-matching"/>
public sealed class SpannerSearchIndex(IDatabase database) : ISearchIndex
{
    // The length of the longest prefixes that the index has as terms.
    private const int MaxPrefix = 8;

    private static readonly (SearchField Field, string Column)[] Fields =
    [
        (SearchField.Name, "Name"), (SearchField.Artist, "Artist"), (SearchField.Album, "Album"), (SearchField.Tag, "Tag"),
    ];

    // One statement for each number of groups, from 1.
    private static readonly Statement[] ByGroups = [.. Enumerable.Range(1, SearchQuery.MaxGroups).Select(Create)];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SearchCandidates>> CandidatesAsync(SearchQuery query, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var groups = query.Groups.Select(group => group.Where(term => term.IsWord).ToList()).ToList();
        return groups.Count == 0 || groups.Exists(group => group.Count == 0)
            ? [.. query.Types.Select(_ => new SearchCandidates([], 0))]
            : await Task.WhenAll(query.Types.Select(type => OfTypeAsync(type, query, groups, ct)));
    }

    private static string Cut(string text) => string.Concat(text.EnumerateRunes().Take(MaxPrefix));

    private async Task<SearchCandidates> OfTypeAsync(
        EntityType type, SearchQuery query, List<List<SearchTerm>> groups, CancellationToken ct)
    {
        // Rows with longer prefixes are selected here, from those that start with the longest prefix of the index.
        var longer = groups.Where(group => group.Exists(term => term.IsPrefix && Cut(term.Text).Length < term.Text.Length)).ToList();
        var parameters = new Parameters
        {
            { "type", SpotifyUri.WireName(type) }, { "market", query.Market },
            { "limit", longer.Count == 0 ? query.Limit : SearchQuery.MaxLimit },
            { "count", longer.Count == 0 ? query.MaxTotal : SearchQuery.MaxLimit },
        };
        for (var i = 0; i < groups.Count; i++)
        {
            foreach (var (field, column) in Fields)
            {
                var terms = groups[i].Where(term => term.Field == field || (term.Field == SearchField.Any && field != SearchField.Tag));
                parameters.Add($"{column}{i}", terms.Select(term => term.IsPrefix ? Cut(term.Text) + "*" : term.Text).Distinct().ToArray());
            }
        }

        var rows = await database.QueryAsync(ByGroups[groups.Count - 1], parameters, null, ct).ToListAsync(ct);
        var total = rows.Single(row => !row.IsNull("Total")).Int32("Total");
        var documents = rows.Where(row => row.IsNull("Total"))
            .OrderBy(row => row.Int64("Rank")).Select(SearchEntries.Read);
        if (longer.Count == 0) return new SearchCandidates([.. documents], total);
        var found = documents
            .Where(document => longer.TrueForAll(group => group.Exists(term => SearchEntries.Has(document, term)))).ToList();
        return new SearchCandidates([.. found.Take(query.Limit)], Math.Min(found.Count, query.MaxTotal));
    }

    // The documents and the total in one round trip and one scan of the index. A union has no order.
    private static Statement Create(int groups)
    {
        var matches = string.Join(" AND ", Enumerable.Range(0, groups).Select(i =>
            $"({string.Join(" OR ", Fields.Select(field => $"ARRAY_INCLUDES_ANY({field.Column}Terms, @{field.Column}{i})"))})"));
        return new Statement(
            $$"""
            WITH Found AS (
              SELECT {{SearchEntries.Columns}} FROM SearchEntries@{FORCE_INDEX=SearchEntriesByTerms}
              WHERE Type = @type AND {{matches}} AND (@market IS NULL OR Markets = '*' OR STRPOS(Markets, @market) > 0)
              ORDER BY Rank LIMIT @count
            )
            SELECT *, NULL AS Total FROM (SELECT * FROM Found ORDER BY Rank LIMIT @limit)
            UNION ALL
            SELECT {{SearchEntries.NoValues}}, COUNT(*) FROM Found
            """,
            [
                ("type", ColumnType.String), ("market", ColumnType.String), ("limit", ColumnType.Int64), ("count", ColumnType.Int64),
                .. Enumerable.Range(0, groups).SelectMany(i => Fields.Select(field => ($"{field.Column}{i}", ColumnType.Strings))),
            ]);
    }
}
