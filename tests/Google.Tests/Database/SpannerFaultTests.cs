using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Google.Database;

namespace Spotify.Google.Tests.Database;

/// <summary>What the network and Spanner do to a client, and what its caller then sees.</summary>
public sealed class SpannerFaultTests : IAsyncLifetime
{
    private static readonly Table Artists = Schema.Current.Table("Artists");
    private static readonly Statement CountArtists = new("SELECT COUNT(*) AS Artists FROM Artists");

    private SpannerEmulatorProcess emulator = null!;
    private SpannerOptions options = null!;
    private LossyProxy proxy = null!;

    private SpannerDatabase Database => field ??= SpannerDatabases.Open(options);

    public async Task InitializeAsync()
    {
        Skip.If(SpannerEmulatorProcess.Missing is not null, SpannerEmulatorProcess.Missing);
        emulator = await SpannerEmulatorProcess.SharedAsync();
        options = await SpannerDatabases.CreateAsync(emulator);
        proxy = await LossyProxy.StartAsync(emulator.Host);
        options.EmulatorHost = proxy.Host;
    }

    public async Task DisposeAsync()
    {
        if (proxy is not null) await proxy.DisposeAsync();
    }

    [SkippableTheory]
    [InlineData(nameof(Fault.LoseAnswer))]
    [InlineData(nameof(Fault.LoseRequest))]
    public async Task An_insert_whose_commit_was_lost_on_the_way_is_there_once_and_does_not_exist_already(string fault)
    {
        var commits = FailFirst("Commit", Enum.Parse<Fault>(fault));
        await Database.CommitAsync([Artist("a")], default);
        Assert.Equal(2, commits());
        Assert.Equal(1, await CountAsync());
    }

    [SkippableFact]
    public async Task A_transaction_whose_answer_was_lost_is_applied_once_and_its_body_not_run_again()
    {
        await Database.CommitAsync([Artist("a")], default);
        var commits = FailFirst("Commit", Fault.LoseAnswer);
        var runs = 0;
        await Database.TransactAsync(async transaction =>
        {
            runs++;
            var row = await transaction.ReadAsync(Artists, new Key("a"));
            transaction.Add(Mutation.Update(Artists, ("ArtistId", "a"), ("Popularity", row!.Int64("Popularity") + 1)));
            return 0;
        }, default);
        Assert.Equal((2, 1), (commits(), runs));
        Assert.Equal(1, (await Database.ReadAsync(Artists, new Key("a"), default))!.Int64("Popularity"));
    }

    [SkippableTheory]
    [InlineData("ExecuteStreamingSql")]
    [InlineData("BatchCreateSessions")]
    [InlineData("BeginTransaction")]
    public async Task A_call_that_changes_nothing_is_sent_again(string method)
    {
        var calls = FailFirst(method, Fault.LoseRequest);
        await Database.CommitAsync([Artist("a")], default);
        Assert.Equal(1, await CountAsync());
        Assert.True(calls() >= 2, $"{calls()} calls of {method}");
    }

    [SkippableFact]
    public async Task A_read_that_nobody_answers_ends_at_its_deadline_with_the_reason()
    {
        options.ReadDeadline = TimeSpan.FromSeconds(1);
        await Database.OpenAsync(default);
        proxy.Decide = method => method is "StreamingRead" or "ExecuteStreamingSql" ? Fault.Hang : Fault.None;
        var late = await Assert.ThrowsAsync<TimeoutException>(() => Database.ReadAsync(Artists, new Key("a"), default));
        Assert.Equal("Spanner did not finish a read within 1 s.", late.Message);
        await Assert.ThrowsAsync<TimeoutException>(CountAsync);
        proxy.Decide = _ => Fault.None;
        Assert.Equal(0, await CountAsync());
    }

    [SkippableFact]
    public async Task A_commit_that_nobody_answers_ends_at_its_deadline_with_the_reason()
    {
        options.CommitDeadline = TimeSpan.FromSeconds(1);
        await Database.OpenAsync(default);
        proxy.Decide = method => method == "Commit" ? Fault.Hang : Fault.None;
        var late = await Assert.ThrowsAsync<TimeoutException>(() => Database.CommitAsync([Artist("a")], default));
        Assert.Equal("Spanner did not finish a commit within 1 s.", late.Message);
        proxy.Decide = _ => Fault.None;
        await Database.CommitAsync([Artist("b")], default);
        Assert.Equal(1, await CountAsync());
    }

    [SkippableFact]
    public async Task A_caller_that_goes_away_is_not_held()
    {
        await Database.OpenAsync(default);
        using var leaving = new CancellationTokenSource();
        proxy.Decide = method =>
        {
            if (method != "Commit") return Fault.None;
            leaving.Cancel();
            return Fault.Hang;
        };
        var gone = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Database.CommitAsync([Artist("a")], leaving.Token));
        Assert.Equal(leaving.Token, gone.CancellationToken);
        proxy.Decide = _ => Fault.None;
        Assert.Equal(0, await CountAsync());
    }

    [SkippableFact]
    public async Task A_transaction_that_is_left_holds_no_lock()
    {
        await Database.CommitAsync([Artist("a")], default);
        using var leaving = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Database.TransactAsync(async transaction =>
        {
            await transaction.ReadAsync(Artists, new Key("a"));
            transaction.Add(Mutation.Update(Artists, ("ArtistId", "a"), ("Popularity", 9L)));
            await leaving.CancelAsync();
            return 0;
        }, leaving.Token));
        await Database.CommitAsync([Mutation.Update(Artists, ("ArtistId", "a"), ("Popularity", 1L))], default);
        Assert.Equal(1, (await Database.ReadAsync(Artists, new Key("a"), default))!.Int64("Popularity"));
    }

    [SkippableFact]
    public async Task A_killed_emulator_is_a_clear_error_within_the_deadline_and_forgotten_when_it_is_back()
    {
        var mortal = await SpannerEmulatorProcess.StartAsync();
        var own = await SpannerDatabases.CreateAsync(mortal, "mortal");
        (own.ReadDeadline, own.CommitDeadline) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        var database = SpannerDatabases.Open(own);
        await database.CommitAsync([Artist("a")], default);
        Assert.NotNull(await database.ReadAsync(Artists, new Key("a"), default));

        await mortal.KillAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => database.ReadAsync(Artists, new Key("a"), default));
        await Assert.ThrowsAsync<TimeoutException>(() => database.CommitAsync([Artist("b")], default));
        await Assert.ThrowsAsync<TimeoutException>(() => database.TransactAsync(async transaction => await transaction.ReadAsync(Artists, new Key("a")), default));
        var unopened = await Assert.ThrowsAsync<InvalidOperationException>(() => SpannerDatabases.Open(own).OpenAsync(default));
        Assert.Contains($"Spanner:Database {own.Database} cannot be opened", unopened.Message);

        // The sessions that the pool still has are unknown to the new one.
        await mortal.RestartAsync();
        await SpannerDatabases.CreateAsync(mortal, "mortal");
        Assert.Null(await OnceBackAsync(() => database.ReadAsync(Artists, new Key("a"), default)));
        await database.CommitAsync([Artist("c")], default);
        Assert.Equal(1, await database.TransactAsync(async transaction =>
        {
            var row = await transaction.QueryAsync(CountArtists, Parameters.None).SingleAsync();
            return row.Int64("Artists");
        }, default));
        await mortal.KillAsync();
    }

    [SkippableTheory]
    [InlineData("read")]
    [InlineData("commit")]
    [InlineData("transact")]
    public async Task Sessions_that_are_gone_are_replaced_unnoticed(string operation)
    {
        options.MinSessions = 10;
        await Database.CommitAsync([Artist("a")], default);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => CountAsync()));
        await DeleteSessionsAsync();
        switch (operation)
        {
            case "read":
                Assert.NotNull(await Database.ReadAsync(Artists, new Key("a"), default));
                break;
            case "commit":
                await Database.CommitAsync([Artist("b")], default);
                Assert.Equal(2, await CountAsync());
                break;
            default:
                await Database.TransactAsync(async transaction =>
                {
                    var row = await transaction.ReadAsync(Artists, new Key("a"));
                    transaction.Add(Mutation.Update(Artists, ("ArtistId", "a"), ("Popularity", row!.Int64("Popularity") + 1)));
                    return 0;
                }, default);
                Assert.Equal(1, (await Database.ReadAsync(Artists, new Key("a"), default))!.Int64("Popularity"));
                break;
        }
    }

    // The client's channel waits between its attempts to connect, longer with each.
    private static async Task<T> OnceBackAsync<T>(Func<Task<T>> call)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            try
            {
                return await call();
            }
            catch (TimeoutException)
            {
                patience.Token.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task DeleteSessionsAsync()
    {
        var sessions = await emulator.Rest.GetAsync($"{options.Database}/sessions?pageSize=1000");
        var names = System.Text.Json.Nodes.JsonNode.Parse(await sessions.Content.ReadAsStringAsync())!["sessions"]!.AsArray().Select(session => session!["name"]!.GetValue<string>()).ToList();
        Assert.NotEmpty(names);
        foreach (var name in names) (await emulator.Rest.DeleteAsync(name)).EnsureSuccessStatusCode();
    }

    // The number of calls, those lost among them.
    private Func<int> FailFirst(string method, Fault fault)
    {
        var calls = 0;
        proxy.Decide = called => called == method && Interlocked.Increment(ref calls) == 1 ? fault : Fault.None;
        return () => calls;
    }

    private async Task<long> CountAsync() => (await Database.QueryAsync(CountArtists, Parameters.None, null, default).SingleAsync()).Int64("Artists");

    private static Mutation Artist(string id) => Mutation.Insert(Artists, ("ArtistId", id), ("Name", id), ("Genres", ""), ("Popularity", 0L), ("Followers", 0L));
}
