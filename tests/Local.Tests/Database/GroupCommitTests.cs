using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Local.Database;

namespace Spotify.Local.Tests.Database;

public sealed class GroupCommitTests : IDisposable
{
    private const int Writers = 64;

    private static readonly Table Artists = Schema.Current.Table("Artists");
    private static readonly Statement Names = new("SELECT Name FROM Artists ORDER BY Name");

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly SqliteDatabase database;

    public GroupCommitTests() => database = new SqliteDatabase(DatabaseFile, Schema.Current);

    private string DatabaseFile => Path.Combine(directory.FullName, "database.sqlite");

    public void Dispose()
    {
        database.Dispose();
        directory.Delete(recursive: true);
    }

    [Fact]
    public async Task Waiting_commits_share_a_flush()
    {
        var log = new FileInfo(DatabaseFile + "-wal");
        long before = 0;
        List<Task> commits = [];
        await WhileWritingAsync(() =>
        {
            before = log.Length;
            commits = [.. Enumerable.Range(0, Writers).Select(i => database.CommitAsync([Artist($"{i:00}")], default))];
        });
        await Task.WhenAll(commits);
        Assert.Equal(Writers, (await NamesAsync()).Count);
        log.Refresh();
        // A commit of its own writes at least a page.
        Assert.InRange(log.Length - before, 1, 4096 * Writers / 4);
    }

    [Fact]
    public async Task A_failed_commit_changes_nothing_and_does_not_affect_the_others()
    {
        List<Task> commits = [];
        await WhileWritingAsync(() => commits =
        [
            .. Enumerable.Range(0, Writers).Select(i => (i % 4) switch
            {
                0 => database.CommitAsync([Artist($"{i:00}")], default),
                1 => database.CommitAsync([Artist($"x{i:00}"), Artist($"{i - 1:00}")], default),
                2 => database.CommitAsync([Artist($"x{i:00}"), Artist(new string('x', 1025))], default),
                _ => database.TransactAsync(
                    async transaction =>
                    {
                        transaction.Add(Artist($"x{i:00}"));
                        var seen = await transaction.ReadAsync(Artists, new Key($"{i - 3:00}"));
                        return seen is null ? 0 : throw new InvalidOperationException("It sees the commits before.");
                    },
                    default),
            }),
        ]);
        for (var i = 0; i < Writers; i++)
        {
            if (i % 4 == 0) await commits[i];
            else if (i % 4 == 1) await Assert.ThrowsAsync<RowExistsException>(() => commits[i]);
            else if (i % 4 == 2) await Assert.ThrowsAsync<ConstraintException>(() => commits[i]);
            else await Assert.ThrowsAsync<InvalidOperationException>(() => commits[i]);
        }

        Assert.Equal(Enumerable.Range(0, Writers / 4).Select(i => $"{i * 4:00}"), await NamesAsync());
    }

    [Fact]
    public async Task Commits_take_effect_in_the_order_of_the_calls()
    {
        await database.CommitAsync([Artist("a")], default);
        List<Task> commits = [];
        await WhileWritingAsync(() => commits =
        [
            .. Enumerable.Range(0, Writers).Select(i =>
                database.CommitAsync([Mutation.Update(Artists, ("ArtistId", "a"), ("Name", $"{i:00}"))], default)),
        ]);
        await Task.WhenAll(commits);
        Assert.Equal([$"{Writers - 1:00}"], await NamesAsync());
    }

    [Fact]
    public async Task A_commit_that_is_canceled_while_it_waits_ends_at_once_and_changes_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        Task other = Task.CompletedTask;
        await WhileWritingAsync(async () =>
        {
            var canceled = database.CommitAsync([Artist("canceled")], cancellation.Token);
            other = database.CommitAsync([Artist("other")], default);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => canceled);
        });
        await other;
        Assert.Equal(["other"], await NamesAsync());
    }

    [Fact]
    public async Task Writes_succeed_again_after_a_full_disk()
    {
        using var session = new SqliteSession(Path.Combine(directory.FullName, "small.sqlite"));
        session.RunOnce("CREATE TABLE Blobs (Content BLOB)");
        session.RunOnce("PRAGMA max_page_count = 10");
        using var commits = new GroupCommit(session);
        await Assert.ThrowsAsync<SqliteException>(() => InsertAsync(100_000));
        await InsertAsync(100);

        Task<int> InsertAsync(int size) => commits.RunAsync(
            writer => Task.FromResult(writer.Execute("INSERT INTO Blobs VALUES (zeroblob(@size))", new Parameters { { "size", size } })),
            default);
    }

    [Fact]
    public async Task Commits_after_the_end_fail()
    {
        database.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => database.CommitAsync([Artist("a")], default));
    }

    private static Mutation Artist(string name) => Mutation.Insert(
        Artists, ("ArtistId", name[..Math.Min(22, name.Length)]), ("Name", name), ("Genres", ""), ("Popularity", 0L), ("Followers", 0L));

    private Task WhileWritingAsync(Action action) => WhileWritingAsync(() =>
    {
        action();
        return Task.CompletedTask;
    });

    // Runs an action while a transaction is in progress, so that the commits that the action starts have to wait.
    private Task WhileWritingAsync(Func<Task> action) => database.TransactAsync(
        async _ =>
        {
            await action();
            return true;
        },
        default);

    private async Task<List<string>> NamesAsync() =>
        await database.QueryAsync(Names, Parameters.None, null, default).Select(row => row.String("Name")).ToListAsync();
}
