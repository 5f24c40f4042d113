using Spotify.Contracts;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Database;
using Spotify.Local.LiveDocuments;

namespace Spotify.Local.Tests.LiveDocuments;

public sealed class SqlitePlayerStatesTests : PlayerStateFeedContract
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private SqlitePlayerStates? states;

    private string DataFile => Path.Combine(directory.FullName, "players.sqlite");

    protected override Task<IPlayerStates> OpenAsync() => Task.FromResult<IPlayerStates>(states = new SqlitePlayerStates(DataFile));

    protected override Task CloseAsync()
    {
        states?.Dispose();
        directory.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Documents_survive_reopening_and_are_replaced_by_their_readers_before()
    {
        var read = await WriteAsync(User, "first");
        states!.Dispose();
        states = new SqlitePlayerStates(DataFile);
        Assert.Equal(read, await states.ReadAsync(User, default));
        Assert.True(await states.TryWriteAsync(User, read, new PlayerDocument(2, State("second")), default));
    }

    [Fact]
    public async Task Reads_do_not_wait_for_a_write()
    {
        await WriteAsync(User, "first");
        using var other = new SqliteSession(DataFile);
        using var transaction = other.Begin();
        other.Execute("UPDATE Players SET State = 'uncommitted'", Parameters.None);
        Assert.Equal(State("first"), (await states!.ReadAsync(User, default))!.State);
        await using var watcher = Watch(User);
        Assert.Equal((1L, State("first")), await NextAsync(watcher));
    }

    [Fact]
    public async Task Writes_of_many_listeners_share_a_flush()
    {
        const int listeners = 256;
        var log = new FileInfo(DataFile + "-wal");
        await WriteAsync(User, "first");
        log.Refresh();
        var before = log.Length;
        var other = new SqliteSession(DataFile);
        Task[] writes;
        using (other.Begin())
        {
            // The first write waits for the other connection, and the rest for the first one.
            writes = [.. Enumerable.Range(0, listeners).Select(i => Task.Run(() => WriteAsync($"listener {i}", "first")))];
        }

        other.Dispose();
        await Task.WhenAll(writes);
        log.Refresh();
        // A commit of its own writes a page of the table and one of the index.
        Assert.InRange(log.Length - before, 1, 2 * 4096 * listeners / 2);
    }

    [Fact]
    public async Task Nothing_is_kept_for_watchers_that_left()
    {
        using var cancellation = new CancellationTokenSource();
        var watchers = Enumerable.Range(0, 10).Select(i => states!.WatchAsync($"listener {i / 2}", cancellation.Token)
            .GetAsyncEnumerator(default)).ToList();
        foreach (var watcher in watchers) Assert.Null(await NextAsync(watcher));
        Assert.Equal(5, states!.WatchedListeners);
        foreach (var watcher in watchers.Take(5)) await watcher.DisposeAsync();
        Assert.Equal(3, states.WatchedListeners);
        var waiting = watchers.Skip(5).Select(NextAsync).ToList();
        await cancellation.CancelAsync();
        foreach (var next in waiting) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        Assert.Equal(0, states.WatchedListeners);
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused()
    {
        states!.Dispose();
        using (var session = new SqliteSession(DataFile)) session.RunOnce("PRAGMA user_version = 1000");
        Assert.Throws<DataVersionException>(() => new SqlitePlayerStates(DataFile));
    }
}
