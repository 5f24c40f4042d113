using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.Playlists;
using static Spotify.Fixtures.TestCatalog;
using static Spotify.Functions.Tests.Playlists.PlaylistClient;

namespace Spotify.Functions.Tests.Playlists;

/// <summary>Tests that a change writes rows in proportion to the moved items, not to the length of the list.</summary>
public sealed class PlaylistWritesTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int Items = 5000;

    // The playlist's row, the new change and the deleted oldest change.
    private const int OfEveryChange = 3;

    [Fact]
    public async Task Only_the_rows_of_moved_items_are_written()
    {
        var id = await fixture.Ada.CreateAsync();
        var counting = new CountingDatabase(fixture.Server.Database);
        var editor = new PlaylistEditor(counting, TimeProvider.System);
        var track = new SpotifyUri(EntityType.Track, Dawn.Id);
        for (var i = 0; i < Items / 100; i++) await editor.AddAsync(id, Ada, [.. Enumerable.Repeat(track, 100)], i, null, null, default);

        Assert.Equal(
            OfEveryChange + 1, await counting.CountAsync(() => editor.AddAsync(id, Ada, [track], Items / 2, null, null, default)));
        Assert.Equal(OfEveryChange + 2, await counting.CountAsync(() => editor.ReorderAsync(id, Ada, 10, 1, Items - 10, null, default)));
        Assert.Equal(OfEveryChange + 20, await counting.CountAsync(() => editor.ReorderAsync(id, Ada, 100, 10, 0, null, default)));
        Assert.Equal(OfEveryChange + 2, await counting.CountAsync(() => editor.ReorderAsync(id, Ada, 1, Items - 1, 0, null, default)));
        Assert.Equal(OfEveryChange, await counting.CountAsync(() => editor.ReorderAsync(id, Ada, 7, 100, 50, null, default)));
        Assert.Equal(
            OfEveryChange + 1, await counting.CountAsync(() => editor.RemoveAsync(id, Ada, [(track, [Items / 2])], null, default)));
        Assert.Equal(OfEveryChange + 2, await counting.CountAsync(() => editor.ReplaceAsync(id, Ada, [track], null, default)));
    }

    [Fact]
    public async Task Repeated_insertion_at_one_position_occasionally_rewrites_a_few_neighbors()
    {
        var id = await fixture.Ada.CreateAsync();
        var counting = new CountingDatabase(fixture.Server.Database);
        var editor = new PlaylistEditor(counting, TimeProvider.System);
        var track = new SpotifyUri(EntityType.Track, Dawn.Id);
        await editor.AddAsync(id, Ada, [track, track], null, null, null, default);
        var written = 0;
        for (var i = 0; i < 3000; i++)
            written += await counting.CountAsync(() => editor.AddAsync(id, Ada, [track], (i + 2) / 2, null, null, default));
        // On average, fewer than three rows in addition to the new one.
        Assert.InRange(written, 3000 * (OfEveryChange + 1), 3000 * (OfEveryChange + 4));
    }

    private sealed class CountingDatabase(IDatabase database) : IDatabase
    {
        private int mutations;

        public async Task<int> CountAsync(Func<Task> change)
        {
            mutations = 0;
            await change();
            return mutations;
        }

        public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct) =>
            database.ReadAsync(table, key, staleness, ct);

        public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters, Staleness? staleness, CancellationToken ct) =>
            database.QueryAsync(statement, parameters, staleness, ct);

        public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct) => database.CommitAsync(mutations, ct);

        public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct) =>
            database.TransactAsync(transaction => body(new Counting(transaction, this)), ct);

        private sealed class Counting(ITransaction transaction, CountingDatabase counter) : ITransaction
        {
            public Task<Row?> ReadAsync(Table table, Key key) => transaction.ReadAsync(table, key);

            public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters) =>
                transaction.QueryAsync(statement, parameters);

            public void Add(Mutation mutation)
            {
                counter.mutations++;
                transaction.Add(mutation);
            }
        }
    }
}
