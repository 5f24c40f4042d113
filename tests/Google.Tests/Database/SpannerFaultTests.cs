using System.Text.Json.Nodes;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Google.Database;
using Spotify.Hosting.Database;

namespace Spotify.Google.Tests.Database;

/// <summary>The adapter's behavior when the network or Spanner fails.</summary>
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
    [InlineData(nameof(Fault.LoseResponse))]
    [InlineData(nameof(Fault.LoseRequest))]
    public async Task An_insert_whose_commit_was_lost_is_retried_and_applied_once(string fault)
    {
        var commits = FailFirst("Commit", Enum.Parse<Fault>(fault));
        await Database.CommitAsync([Artist("a")], default);
        Assert.Equal(2, commits());
        Assert.Equal(1, await CountAsync());
    }

    [SkippableFact]
    public async Task A_transaction_whose_response_was_lost_is_applied_once_without_running_its_body_again()
    {
        await Database.CommitAsync([Artist("a")], default);
        var commits = FailFirst("Commit", Fault.LoseResponse);
        var runs = 0;
        await Database.TransactAsync(async transaction =>
        {
            runs++;
            var row = await transaction.ReadAsync(Artists, new Key("a"));
            transaction.Add(Mutation.Update(Artists, ("ArtistId", "a"), ("Popularity", row!.Int64("Popularity") + 1)));
            return 0;
        }, default);
        Assert.Equal((2, 1), (commits(), runs));
        Assert.Equal(1, (await Database.ReadAsync(Artists, new Key("a"), null, default))!.Int64("Popularity"));
    }

    [SkippableTheory]
    [InlineData("ExecuteStreamingSql")]
    [InlineData("BatchCreateSessions")]
    [InlineData("BeginTransaction")]
    public async Task A_call_without_effects_is_retried(string method)
    {
        var calls = FailFirst(method, Fault.LoseRequest);
        await Database.CommitAsync([Artist("a")], default);
        Assert.Equal(1, await CountAsync());
        Assert.True(calls() >= 2, $"{calls()} calls of {method}");
    }

    [SkippableFact]
    public async Task A_read_without_a_response_ends_at_its_deadline_with_the_reason()
    {
        options.ReadDeadline = TimeSpan.FromSeconds(1);
        await Database.OpenAsync(default);
        proxy.Decide = method => method is "StreamingRead" or "ExecuteStreamingSql" ? Fault.Hang : Fault.None;
        var late = await Assert.ThrowsAsync<TimeoutException>(() => Database.ReadAsync(Artists, new Key("a"), null, default));
        Assert.Equal("The Spanner operation 'read' did not finish within 1 s.", late.Message);
        await Assert.ThrowsAsync<TimeoutException>(CountAsync);
        proxy.Decide = _ => Fault.None;
        Assert.Equal(0, await CountAsync());
    }

    [SkippableFact]
    public async Task A_commit_without_a_response_ends_at_its_deadline_with_the_reason()
    {
        options.CommitDeadline = TimeSpan.FromSeconds(1);
        await Database.OpenAsync(default);
        proxy.Decide = method => method == "Commit" ? Fault.Hang : Fault.None;
        var late = await Assert.ThrowsAsync<TimeoutException>(() => Database.CommitAsync([Artist("a")], default));
        Assert.Equal("The Spanner operation 'commit' did not finish within 1 s.", late.Message);
        proxy.Decide = _ => Fault.None;
        await Database.CommitAsync([Artist("b")], default);
        Assert.Equal(1, await CountAsync());
    }

    [SkippableFact]
    public async Task A_canceled_call_ends_at_once()
    {
        await Database.OpenAsync(default);
        using var caller = new CancellationTokenSource();
        proxy.Decide = method =>
        {
            if (method != "Commit") return Fault.None;
            caller.Cancel();
            return Fault.Hang;
        };
        var gone = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Database.CommitAsync([Artist("a")], caller.Token));
        Assert.Equal(caller.Token, gone.CancellationToken);
        proxy.Decide = _ => Fault.None;
        Assert.Equal(0, await CountAsync());
    }

    [SkippableFact]
    public async Task A_canceled_transaction_holds_no_lock()
    {
        await Database.CommitAsync([Artist("a")], default);
        using var caller = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Database.TransactAsync(async transaction =>
        {
            await transaction.ReadAsync(Artists, new Key("a"));
            transaction.Add(Mutation.Update(Artists, ("ArtistId", "a"), ("Popularity", 9L)));
            await caller.CancelAsync();
            return 0;
        }, caller.Token));
        await Database.CommitAsync([Mutation.Update(Artists, ("ArtistId", "a"), ("Popularity", 1L))], default);
        Assert.Equal(1, (await Database.ReadAsync(Artists, new Key("a"), null, default))!.Int64("Popularity"));
    }

    [SkippableFact]
    public async Task An_outage_is_a_clear_error_within_the_deadline_and_calls_succeed_after_it()
    {
        var mortal = await SpannerEmulatorProcess.StartAsync();
        var own = await SpannerDatabases.CreateAsync(mortal, "mortal");
        (own.ReadDeadline, own.CommitDeadline) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        var database = SpannerDatabases.Open(own);
        await database.CommitAsync([Artist("a")], default);
        Assert.NotNull(await database.ReadAsync(Artists, new Key("a"), null, default));

        await mortal.KillAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => database.ReadAsync(Artists, new Key("a"), null, default));
        await Assert.ThrowsAsync<TimeoutException>(() => database.CommitAsync([Artist("b")], default));
        await Assert.ThrowsAsync<TimeoutException>(
            () => database.TransactAsync(async transaction => await transaction.ReadAsync(Artists, new Key("a")), default));
        var unopened = await Assert.ThrowsAsync<InvalidOperationException>(() => SpannerDatabases.Open(own).OpenAsync(default));
        Assert.Contains($"Spanner:Database {own.Database} cannot be opened", unopened.Message);

        // The restarted emulator does not know the sessions in the pool.
        await mortal.RestartAsync();
        await SpannerDatabases.CreateAsync(mortal, "mortal");
        Assert.Null(await RetryAsync(() => database.ReadAsync(Artists, new Key("a"), null, default)));
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
    public async Task Lost_sessions_are_replaced_without_an_error(string operation)
    {
        options.MinSessions = 10;
        await Database.CommitAsync([Artist("a")], default);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => CountAsync()));
        await DeleteSessionsAsync();
        switch (operation)
        {
            case "read":
                Assert.NotNull(await Database.ReadAsync(Artists, new Key("a"), null, default));
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
                Assert.Equal(1, (await Database.ReadAsync(Artists, new Key("a"), null, default))!.Int64("Popularity"));
                break;
        }
    }

    // The client's channel waits longer after each failed attempt to connect.
    private static async Task<T> RetryAsync<T>(Func<Task<T>> call)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            try
            {
                return await call();
            }
            catch (TimeoutException)
            {
                timeout.Token.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task DeleteSessionsAsync()
    {
        var sessions = await emulator.Rest.GetAsync($"{options.Database}/sessions?pageSize=1000");
        var names = JsonNode.Parse(await sessions.Content.ReadAsStringAsync())!["sessions"]!.AsArray()
            .Select(session => session!["name"]!.GetValue<string>()).ToList();
        Assert.NotEmpty(names);
        foreach (var name in names) (await emulator.Rest.DeleteAsync(name)).EnsureSuccessStatusCode();
    }

    // Returns a function that returns the number of calls, including the lost ones.
    private Func<int> FailFirst(string method, Fault fault)
    {
        var calls = 0;
        proxy.Decide = called => called == method && Interlocked.Increment(ref calls) == 1 ? fault : Fault.None;
        return () => calls;
    }

    private async Task<long> CountAsync() =>
        (await Database.QueryAsync(CountArtists, Parameters.None, null, default).SingleAsync()).Int64("Artists");

    private static Mutation Artist(string id) =>
        Mutation.Insert(Artists, ("ArtistId", id), ("Name", id), ("Genres", ""), ("Popularity", 0L), ("Followers", 0L));
}
