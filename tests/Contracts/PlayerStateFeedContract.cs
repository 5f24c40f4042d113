using Spotify.Domain.Ports;

namespace Spotify.Contracts;

/// <summary>
/// The tests that every <see cref="IPlayerStates"/> which is also an <see cref="IPlayerStateFeed"/> must pass. Each such adapter has a
/// derived class.
/// </summary>
public abstract class PlayerStateFeedContract : PlayerStatesContract
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private IPlayerStateFeed Feed => (IPlayerStateFeed)States;

    [Fact]
    public async Task A_watcher_gets_the_current_document_and_then_each_change()
    {
        await WriteAsync(User, "first");
        await using var watcher = Watch(User);
        Assert.Equal((1L, State("first")), await NextAsync(watcher));
        var next = NextAsync(watcher);
        await WriteAsync(User, "second");
        Assert.Equal((2L, State("second")), await next);
        await WriteAsync(User, "third");
        Assert.Equal((3L, State("third")), await NextAsync(watcher));
    }

    [Fact]
    public async Task A_watcher_of_a_listener_without_a_document_gets_null_and_then_the_first_one()
    {
        await using var watcher = Watch(User);
        Assert.Null(await NextAsync(watcher));
        await WriteAsync(User, "first");
        Assert.Equal((1L, State("first")), await NextAsync(watcher));
    }

    [Fact]
    public async Task A_watcher_that_is_slow_gets_only_the_newest_document()
    {
        await using var watcher = Watch(User);
        Assert.Null(await NextAsync(watcher));
        for (var i = 1; i <= 5; i++) await WriteAsync(User, $"{i}");
        Assert.Equal((5L, State("5")), await NextAsync(watcher));
        await WriteAsync(User, "6");
        Assert.Equal((6L, State("6")), await NextAsync(watcher));
    }

    [Fact]
    public async Task A_watcher_gets_null_when_the_document_is_deleted_and_then_the_new_one()
    {
        await WriteAsync(User, "old");
        await using var watcher = Watch(User);
        Assert.Equal((1L, State("old")), await NextAsync(watcher));
        await States.DeleteAsync(User, default);
        Assert.Null(await NextAsync(watcher));
        await WriteAsync(User, "again");
        Assert.Equal((1L, State("again")), await NextAsync(watcher));
    }

    [Fact]
    public async Task A_watcher_gets_a_document_that_replaced_a_deleted_one_at_the_same_revision()
    {
        await WriteAsync(User, "same");
        await using var watcher = Watch(User);
        Assert.Equal((1L, State("same")), await NextAsync(watcher));
        await States.DeleteAsync(User, default);
        await WriteAsync(User, "same");
        Assert.Equal((1L, State("same")), await NextAsync(watcher));
    }

    [Fact]
    public async Task A_watcher_does_not_get_the_same_document_again_after_changes_that_it_has_missed()
    {
        await using var watcher = Watch(User);
        Assert.Null(await NextAsync(watcher));
        await WriteAsync(User, "missed");
        await States.DeleteAsync(User, default);
        var next = NextAsync(watcher);
        await WriteAsync(User, "again");
        Assert.Equal((1L, State("again")), await next);
    }

    [Fact]
    public async Task Writes_that_do_not_succeed_and_documents_of_others_are_not_announced()
    {
        var first = await WriteAsync(User, "first");
        var second = await WriteAsync(User, "second");
        await using var watcher = Watch(User);
        Assert.Equal((2L, State("second")), await NextAsync(watcher));
        var next = NextAsync(watcher);
        await WriteAsync("other", "other");
        Assert.False(await States.TryWriteAsync(User, first, new PlayerDocument(2, State("stale")), default));
        await Assert.ThrowsAsync<ArgumentException>(
            () => States.TryWriteAsync(User, second, new PlayerDocument(4, State("wrong")), default));
        await States.DeleteAsync("other", default);
        Assert.False(next.IsCompleted);
        await WriteAsync(User, "third");
        Assert.Equal((3L, State("third")), await next);
    }

    [Fact]
    public async Task Watchers_that_begin_during_writes_see_rising_revisions_up_to_the_last()
    {
        const int writes = 200;
        var watchers = new List<Task<List<long>>>();
        for (var i = 1; i <= writes; i++)
        {
            if (i % 10 == 1) watchers.Add(Task.Run(RevisionsAsync));
            await WriteAsync(User, $"{i}");
        }

        foreach (var revisions in await Task.WhenAll(watchers).WaitAsync(Timeout))
            Assert.Equal(revisions.Distinct().Order(), revisions);

        async Task<List<long>> RevisionsAsync()
        {
            var revisions = new List<long>();
            await foreach (var document in Feed.WatchAsync(User, default))
            {
                revisions.Add(document?.Revision ?? 0);
                if (document?.Revision == writes) break;
            }

            return revisions;
        }
    }

    [Fact]
    public async Task Canceling_ends_one_watcher_and_no_other()
    {
        using var cancellation = new CancellationTokenSource();
        await using var ended = Feed.WatchAsync(User, cancellation.Token).GetAsyncEnumerator(default);
        await using var other = Watch(User);
        Assert.Null(await NextAsync(ended));
        Assert.Null(await NextAsync(other));
        var (last, next) = (NextAsync(ended), NextAsync(other));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => last);
        await WriteAsync(User, "first");
        Assert.Equal((1L, State("first")), await next);
    }

    [Fact]
    public async Task Every_watcher_of_a_listener_gets_a_change_and_thousands_of_other_listeners_do_not()
    {
        const int listeners = 2_000;
        var (mine, others) = (new List<IAsyncEnumerator<PlayerDocument?>>(), new List<IAsyncEnumerator<PlayerDocument?>>());
        for (var i = 0; i < 20; i++) mine.Add(Watch(User));
        for (var i = 0; i < listeners; i++) others.Add(Watch($"other {i}"));
        foreach (var watcher in mine.Concat(others)) Assert.Null(await NextAsync(watcher));
        var (changes, none) = (mine.Select(NextAsync).ToList(), others.Select(NextAsync).ToList());
        await WriteAsync(User, "first");
        foreach (var change in changes) Assert.Equal((1L, State("first")), await change);
        Assert.DoesNotContain(none, next => next.IsCompleted);

        await Task.WhenAll(Enumerable.Range(0, listeners).Select(i => WriteAsync($"other {i}", $"{i}")));
        for (var i = 0; i < listeners; i++) Assert.Equal((1L, State($"{i}")), await none[i]);
        foreach (var watcher in mine.Concat(others)) await watcher.DisposeAsync();
    }

    /// <summary>Begins to watch when the first document is taken.</summary>
    protected IAsyncEnumerator<PlayerDocument?> Watch(string userId) => Feed.WatchAsync(userId, default).GetAsyncEnumerator(default);

    /// <summary>Takes the next document of a watcher; null if there is none.</summary>
    protected static async Task<(long Revision, string State)?> NextAsync(IAsyncEnumerator<PlayerDocument?> watcher)
    {
        Assert.True(await watcher.MoveNextAsync().AsTask().WaitAsync(Timeout));
        return watcher.Current is { } document ? (document.Revision, document.State) : null;
    }
}
