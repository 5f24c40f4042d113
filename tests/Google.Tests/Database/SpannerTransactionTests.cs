using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Google.Database;

namespace Spotify.Google.Tests.Database;

/// <summary>Transactions that meet: the emulator runs one at a time and aborts the others, so that they have to run again.</summary>
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
    public async Task A_transaction_that_lost_to_another_runs_again_on_what_that_one_wrote()
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
        Assert.Equal(11, (await database.ReadAsync(Artists, new Key("a"), default))!.Int64("Popularity"));
        Assert.Single(seen, 0L);
        Assert.InRange(runs, 1, 2);
    }

    [SkippableFact]
    public async Task Every_increment_counts_once_however_often_its_transaction_runs()
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
        Assert.Equal(40, (await database.ReadAsync(Artists, new Key("a"), default))!.Int64("Popularity"));
        Assert.Equal(40, (await database.ReadAsync(Artists, new Key("b"), default))!.Int64("Popularity"));
        Assert.True(runs > 40, "Nothing was aborted, so nothing was tried.");
    }

    [SkippableFact]
    public async Task A_body_that_leaves_a_query_half_read_can_go_on()
    {
        await database.TransactAsync(async transaction =>
        {
            await foreach (var row in transaction.QueryAsync(new Statement("SELECT ArtistId FROM Artists ORDER BY ArtistId"), Parameters.None))
            {
                transaction.Add(Mutation.Update(Artists, ("ArtistId", row.String("ArtistId")), ("Popularity", (await transaction.ReadAsync(Artists, new Key("b")))!.Int64("Popularity") + 3)));
                break;
            }

            return 0;
        }, default);
        Assert.Equal(3, (await database.ReadAsync(Artists, new Key("a"), default))!.Int64("Popularity"));
    }

    [SkippableFact]
    public async Task More_mutations_than_a_commit_takes_are_refused_with_the_reason()
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => database.CommitAsync([.. Enumerable.Range(0, 16_001).Select(i => Artist($"n{i}"))], default));
        Assert.Equal("A commit takes up to 80000 mutations (columns of rows); this has 80005.", refused.Message);
        Assert.Null(await database.ReadAsync(Artists, new Key("n0"), default));
    }

    [SkippableFact]
    public async Task Eighty_requests_at_once_share_fewer_sessions_and_connections()
    {
        var few = await SpannerDatabases.CreateAsync(options => (options.MinSessions, options.MaxSessions) = (0, 8));
        await Task.WhenAll(Enumerable.Range(0, 80).Select(async i =>
        {
            await few.CommitAsync([Artist($"x{i:00}")], default);
            var names = await few.QueryAsync(new Statement("SELECT Name FROM Artists WHERE ArtistId = @id", ("id", ColumnType.String)), new Parameters { { "id", $"x{i:00}" } }, null, default).ToListAsync();
            Assert.Equal($"x{i:00}", Assert.Single(names).String("Name"));
            Assert.NotNull(await few.ReadAsync(Artists, new Key($"x{i:00}"), default));
        }));
        // Asking again inside a query's rows takes no second session while the first is held.
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            await foreach (var row in few.QueryAsync(new Statement("SELECT ArtistId FROM Artists ORDER BY ArtistId LIMIT 3"), Parameters.None, null, default))
                Assert.NotNull(await few.ReadAsync(Artists, new Key(row.String("ArtistId")), default));
        }));
    }

    private static Mutation Artist(string id) => Mutation.Insert(Artists, ("ArtistId", id), ("Name", id), ("Genres", ""), ("Popularity", 0L), ("Followers", 0L));
}
