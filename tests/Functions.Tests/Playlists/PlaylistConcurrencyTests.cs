using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.Playlists;
using static Spotify.Fixtures.TestCatalog;
using static Spotify.Functions.Tests.Playlists.PlaylistClient;

namespace Spotify.Functions.Tests.Playlists;

public sealed class PlaylistConcurrencyTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Concurrent_additions_are_all_kept_and_snapshots_are_sequential()
    {
        var id = await fixture.Ada.CreateAsync(new { name = "Ours", @public = false, collaborative = true });
        await (await fixture.Bob.PutAsync($"/v1/playlists/{id}/followers", null)).OkAsync();
        var snapshots = await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            var (client, mine) = (writer % 2 == 0 ? fixture.Ada : fixture.Bob, new List<string>());
            for (var i = 0; i < 10; i++)
            {
                mine.Add(await client.AddAtAsync(id, 0, null, writer % 2 == 0 ? Dawn : Duet));
                if (i % 5 == 4)
                    mine.Add(
                        (await (await client.UpdateAsync(id, new { range_start = 0, insert_before = i, range_length = 2 })).JsonAsync()).At(
                            "snapshot_id")!);
            }

            return mine;
        }));
        Assert.Equal(96, snapshots.SelectMany(snapshot => snapshot).Distinct().Count());
        Assert.Equal(
            snapshots.SelectMany(snapshot => snapshot).Append(await fixture.Ada.SnapshotAsync(id)).Max(StringComparer.Ordinal),
            await fixture.Ada.SnapshotAsync(id));
        var names = (await fixture.Ada.NamesAsync(id)).Split(' ');
        Assert.Equal((40, 40), (names.Count(name => name == "Dawn"), names.Count(name => name == "Duet")));
    }

    [Fact]
    public async Task A_retried_transaction_has_its_effect_once()
    {
        var id = await fixture.Ada.CreateAsync();
        var editor = new PlaylistEditor(new RepeatingDatabase(fixture.Server.Database), TimeProvider.System);
        for (var i = 0; i < 3; i++)
            await editor.AddAsync(
                id,
                PlaylistClient.Ada,
                [new(Domain.EntityType.Track, Dawn.Id), new(Domain.EntityType.Track, Duet.Id)],
                Math.Min(i, 1),
                null,
                null,
                default);
        await editor.ReorderAsync(id, PlaylistClient.Ada, 0, 2, 4, null, default);
        await editor.RemoveAsync(id, PlaylistClient.Ada, [(new(Domain.EntityType.Track, Duet.Id), [0])], null, default);
        Assert.Equal("Dawn Dawn Dawn Duet Duet", await fixture.Ada.NamesAsync(id));
    }

    /// <summary>
    /// A database that runs each transaction body twice and commits the second run, as if the first had been aborted because of a conflict.
    /// </summary>
    private sealed class RepeatingDatabase(IDatabase database) : IDatabase
    {
        public Task<Row?> ReadAsync(Table table, Key key, Staleness? staleness, CancellationToken ct) =>
            database.ReadAsync(table, key, staleness, ct);

        public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters, Staleness? staleness, CancellationToken ct) =>
            database.QueryAsync(statement, parameters, staleness, ct);

        public Task CommitAsync(IReadOnlyList<Mutation> mutations, CancellationToken ct) => database.CommitAsync(mutations, ct);

        public Task<T> TransactAsync<T>(Func<ITransaction, Task<T>> body, CancellationToken ct) =>
            database.TransactAsync(async transaction =>
        {
            await body(new Discarding(transaction));
            return await body(transaction);
        }, ct);

        private sealed class Discarding(ITransaction transaction) : ITransaction
        {
            public Task<Row?> ReadAsync(Table table, Key key) => transaction.ReadAsync(table, key);

            public IAsyncEnumerable<Row> QueryAsync(Statement statement, Parameters parameters) =>
                transaction.QueryAsync(statement, parameters);

            public void Add(Mutation mutation)
            {
            }
        }
    }
}
