using System.Runtime.CompilerServices;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Google.Database;

namespace Spotify.Spanner.Tests;

public sealed class SpannerSearchRoundTripTests
{
    [Theory]
    [InlineData("dawn")]
    [InlineData("dawn", "chorus")]
    public async Task The_page_in_order_and_the_total_are_one_round_trip(params string[] words)
    {
        var database = new CountingDatabase();
        var query = new SearchQuery(EntityType.Track, words, LastIsPrefix: true, "SE", Offset: 0, Limit: 20);
        var matches = await new SpannerSearchIndex(database).SearchAsync(query, default);
        Assert.Equal(7, matches.Total);
        Assert.Equal(["most popular", "a", "b"], matches.Ids);
        Assert.Equal(1, database.Queries);
    }

    /// <summary>A database that returns the rows of a union in no order.</summary>
    private sealed class CountingDatabase : IDatabase
    {
        private static readonly RowShape Shape = new(["Id", "Popularity", "Total"]);

        public int Queries { get; private set; }

        public async IAsyncEnumerable<Row> QueryAsync(
            Statement statement, Parameters parameters, Staleness? staleness, [EnumeratorCancellation] CancellationToken ct)
        {
            Queries++;
            await Task.CompletedTask;
            yield return new Row(Shape, ["b", 50L, null]);
            yield return new Row(Shape, ["", 0L, 7L]);
            yield return new Row(Shape, ["most popular", 90L, null]);
            yield return new Row(Shape, ["a", 50L, null]);
        }

        public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct) => throw new NotSupportedException();

        public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct) => throw new NotSupportedException();

        public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct) => throw new NotSupportedException();
    }
}
