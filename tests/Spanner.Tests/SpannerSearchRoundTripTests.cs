using System.Runtime.CompilerServices;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Google.Database;

namespace Spotify.Spanner.Tests;

public sealed class SpannerSearchRoundTripTests
{
    [Fact]
    public async Task The_page_and_the_total_are_read_at_the_same_time()
    {
        var database = new PairedDatabase();
        var query = new SearchQuery(EntityType.Track, ["dawn"], LastIsPrefix: true, "SE", Offset: 0, Limit: 20);
        var matches = await new SpannerSearchIndex(database).SearchAsync(query, default);
        Assert.Equal(7, matches.Total);
        Assert.Equal(["first"], matches.Ids);
    }

    /// <summary>A database whose queries are answered in pairs: when the second one has started.</summary>
    private sealed class PairedDatabase : IDatabase
    {
        private readonly TaskCompletionSource second = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int started;

        public async IAsyncEnumerable<Row> QueryAsync(
            Statement statement, Parameters parameters, Staleness? staleness, [EnumeratorCancellation] CancellationToken ct)
        {
            if (Interlocked.Increment(ref started) == 2) second.SetResult();
            await second.Task.WaitAsync(TimeSpan.FromSeconds(30), ct);
            yield return new Row(new RowShape(["Total", "Id"]), [7L, "first"]);
        }

        public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct) => throw new NotSupportedException();

        public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct) => throw new NotSupportedException();

        public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct) => throw new NotSupportedException();
    }
}
