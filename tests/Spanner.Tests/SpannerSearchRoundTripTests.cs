using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Google.Database;
using Spotify.Search;

namespace Spotify.Spanner.Tests;

public sealed class SpannerSearchRoundTripTests
{
    [Theory]
    [InlineData("dawn")]
    [InlineData("dawn", "chorus")]
    public async Task The_documents_in_order_and_the_total_are_one_round_trip(params string[] words)
    {
        var database = new CountingDatabase();
        SearchTerm[][] groups = [.. words.Select(word => (SearchTerm[])[new SearchTerm(SearchField.Any, word, IsPrefix: true)])];
        var query = new SearchQuery([EntityType.Track], groups, "SE", 20);
        var found = Assert.Single(await new SpannerSearchIndex(database).CandidatesAsync(query, default));
        Assert.Equal(7, found.Total);
        Assert.Equal(["most popular", "a", "b"], found.Documents.Select(document => document.Id));
        Assert.Equal(1, database.Queries);
    }

    /// <summary>
    /// Spanner reads a search index in its order, and stops at the limit, only if the query sorts by exactly the column of the index.
    /// </summary>
    [Fact]
    public async Task A_query_sorts_by_the_order_of_the_index_only()
    {
        var order = Schema.Current.Files.SelectMany(file => file.Statements).OfType<CreateSearchIndex>()
            .Single(index => index.Table == "SearchEntries").OrderColumn;
        var database = new CountingDatabase();
        var query = new SearchQuery([EntityType.Track], [[new SearchTerm(SearchField.Any, "dawn", IsPrefix: false)]], "SE", 20);
        await new SpannerSearchIndex(database).CandidatesAsync(query, default);
        Assert.Equal(2, Regex.Count(database.Sql, $@"ORDER BY {order}\s+LIMIT"));
        Assert.Equal(2, Regex.Count(database.Sql, "ORDER BY"));
    }

    /// <summary>A database that returns the rows of a union in no order.</summary>
    private sealed class CountingDatabase : IDatabase
    {
        private static readonly RowShape Shape = new(
            ["Type", "Id", "Rank", "Name", "Artists", "Album", "ArtistIds", "Tags", "MarketPopularity", "ReleaseDate", "AddedAt", "Total"]);

        public int Queries { get; private set; }

        public string Sql { get; private set; } = "";

        public async IAsyncEnumerable<Row> QueryAsync(
            Statement statement, Parameters parameters, Staleness? staleness, [EnumeratorCancellation] CancellationToken ct)
        {
            Queries++;
            Sql = statement.Sql;
            await Task.CompletedTask;
            yield return Document("b", 40);
            yield return new Row(Shape, ["", "", 0L, "", "", "", "", "", null, "", null, 7L]);
            yield return Document("most popular", 90);
            yield return Document("a", 50);

            static Row Document(string id, int popularity) =>
                new(Shape, ["track", id, SearchEntries.Rank(EntityType.Track, id, popularity), "", "", "", "", "", null, "", null, null]);
        }

        public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct) => throw new NotSupportedException();

        public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct) => throw new NotSupportedException();

        public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct) => throw new NotSupportedException();
    }
}
