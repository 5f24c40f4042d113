using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Google.Database;

namespace Spotify.Google.Tests.Database;

/// <summary>Concurrent transactions. The emulator runs one at a time and aborts the others, so they are retried.</summary>
public sealed class SpannerTransactionTests : IAsyncLifetime
{
    private static readonly Table Artists = Schema.Current.Table("Artists");

    private SpannerDatabase database = null!;

    public async Task InitializeAsync()
    {
        Skip.If(SpannerEmulatorProcess.Missing is not null, SpannerEmulatorProcess.Missing);
        database = await SpannerDatabases.CreateAsync();
        await database.CommitAsync([Artist("a"), Artist("b")], default);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [SkippableFact]
    public async Task A_transaction_that_was_aborted_by_another_runs_again_and_sees_its_write()
    {
        var (started, runs) = (new TaskCompletionSource(), 0);
        var release = new TaskCompletionSource();
        var slow = database.TransactAsync(async transaction =>
        {
            runs++;
            var popularity = (await transaction.ReadAsync(Artists, new Key("a")))!.Int64("Popularity");
            transaction.Add(Mutation.Update(Artists, ("ArtistId", "a"), ("Popularity", popularity + 1)));
            started.TrySetResult();
            await release.Task;
            return popularity;
        }, default);
        await started.Task;
        var quick = database.TransactAsync(async transaction =>
        {
            release.TrySetResult();
            var popularity = (await transaction.ReadAsync(Artists, new Key("a")))!.Int64("Popularity");
            transaction.Add(Mutation.Update(Artists, ("ArtistId", "a"), ("Popularity", popularity + 10)));
            return popularity;
        }, default);

        var seen = new[] { await slow, await quick };
        Assert.Equal(11, (await database.ReadAsync(Artists, new Key("a"), null, default))!.Int64("Popularity"));
        Assert.Single(seen, 0L);
        Assert.InRange(runs, 1, 2);
    }

    [SkippableFact]
    public async Task Every_increment_counts_once_when_transactions_are_retried()
    {
        var runs = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 5; i++)
                await database.TransactAsync(async transaction =>
                {
                    Interlocked.Increment(ref runs);
                    foreach (var id in new[] { "a", "b" })
                    {
                        var popularity = (await transaction.ReadAsync(Artists, new Key(id)))!.Int64("Popularity");
                        transaction.Add(Mutation.Update(Artists, ("ArtistId", id), ("Popularity", popularity + 1)));
                    }

                    return 0;
                }, default);
        })));
        Assert.Equal(40, (await database.ReadAsync(Artists, new Key("a"), null, default))!.Int64("Popularity"));
        Assert.Equal(40, (await database.ReadAsync(Artists, new Key("b"), null, default))!.Int64("Popularity"));
        Assert.True(runs > 40, "No transaction was aborted, so the test proves nothing.");
    }

    [SkippableFact]
    public async Task A_body_can_continue_after_reading_a_query_partially()
    {
        var all = new Statement("SELECT ArtistId FROM Artists ORDER BY ArtistId");
        await database.TransactAsync(async transaction =>
        {
            await foreach (var row in transaction.QueryAsync(all, Parameters.None))
            {
                var popularity = (await transaction.ReadAsync(Artists, new Key("b")))!.Int64("Popularity");
                transaction.Add(Mutation.Update(Artists, ("ArtistId", row.String("ArtistId")), ("Popularity", popularity + 3)));
                break;
            }

            return 0;
        }, default);
        Assert.Equal(3, (await database.ReadAsync(Artists, new Key("a"), null, default))!.Int64("Popularity"));
    }

    [SkippableFact]
    public async Task More_mutations_than_the_limit_of_a_commit_are_rejected_with_the_reason()
    {
        List<Mutation> mutations = [.. Enumerable.Range(0, 16_001).Select(i => Artist($"n{i}"))];
        var rejection = await Assert.ThrowsAsync<ArgumentException>(() => database.CommitAsync(mutations, default));
        Assert.Equal("The commit has 80005 mutations (columns of rows); the limit is 80000.", rejection.Message);
        Assert.Null(await database.ReadAsync(Artists, new Key("n0"), null, default));
    }

    [SkippableFact]
    public async Task Eighty_concurrent_requests_share_fewer_sessions_and_connections()
    {
        var byId = new Statement("SELECT Name FROM Artists WHERE ArtistId = @id", ("id", ColumnType.String));
        var firstThree = new Statement("SELECT ArtistId FROM Artists ORDER BY ArtistId LIMIT 3");
        var few = await SpannerDatabases.CreateAsync(options => (options.MinSessions, options.MaxSessions) = (0, 8));
        await Task.WhenAll(Enumerable.Range(0, 80).Select(async i =>
        {
            await few.CommitAsync([Artist($"x{i:00}")], default);
            var names = await few.QueryAsync(byId, new Parameters { { "id", $"x{i:00}" } }, null, default).ToListAsync();
            Assert.Equal($"x{i:00}", Assert.Single(names).String("Name"));
            Assert.NotNull(await few.ReadAsync(Artists, new Key($"x{i:00}"), null, default));
        }));
        // A query inside the rows of another needs no second session while the first is in use.
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            await foreach (var row in few.QueryAsync(firstThree, Parameters.None, null, default))
                Assert.NotNull(await few.ReadAsync(Artists, new Key(row.String("ArtistId")), null, default));
        }));
    }

    private static Mutation Artist(string id) =>
        Mutation.Insert(Artists, ("ArtistId", id), ("Name", id), ("Genres", ""), ("Popularity", 0L), ("Followers", 0L));
}
