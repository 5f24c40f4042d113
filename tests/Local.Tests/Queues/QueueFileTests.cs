using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Local.Database;
using Spotify.Local.Queues;

namespace Spotify.Local.Tests.Queues;

public sealed class QueueFileTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");
    private readonly ManualTimeProvider clock = new();

    private string FilePath => Path.Combine(directory.FullName, "queues.sqlite");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task A_failed_write_does_not_affect_the_others_of_its_group()
    {
        using var file = new QueueFile(FilePath, [], clock);
        var gate = new TaskCompletionSource();
        // While this one runs, the others are collected in the next group.
        var running = new TaskCompletionSource();
        var first = Task.Run(() => file.WriteAsync(
            _ =>
            {
                running.SetResult();
                return gate.Task.Wait(TimeSpan.FromMinutes(1));
            },
            default));
        await running.Task;
        var others = Enumerable.Range(0, 20).Select(i => file.WriteAsync(
            session =>
            {
                session.Execute("INSERT INTO TaskNames (Queue, Name) VALUES ('q', @name)", new Parameters { { "name", $"{i}" } });
                return i % 5 == 4 ? throw new InvalidOperationException($"{i}") : i;
            },
            default)).ToList();
        gate.SetResult();
        await first;
        for (var i = 0; i < others.Count; i++)
        {
            if (i % 5 == 4) Assert.Equal($"{i}", (await Assert.ThrowsAsync<InvalidOperationException>(() => others[i])).Message);
            else Assert.Equal(i, await others[i]);
        }

        Assert.Equal(16, await CountAsync(file));
    }

    [Fact]
    public async Task Concurrent_processes_create_one_file()
    {
        var files = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new QueueFile(FilePath, [], clock))));
        var insert = "INSERT INTO TaskNames (Queue, Name) VALUES ('q', @name)";
        await Task.WhenAll(files.Select((file, i) => file.WriteAsync(
            session => session.Execute(insert, new Parameters { { "name", $"{i}" } }), default)));
        Assert.Equal(8, await CountAsync(files[0]));
        foreach (var file in files) file.Dispose();
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused()
    {
        using (var file = new QueueFile(FilePath, [], clock))
            await file.WriteAsync(session => session.Execute("PRAGMA user_version = 4", Parameters.None), default);
        Assert.Throws<DataVersionException>(() => new QueueFile(FilePath, [], clock));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_file_of_an_older_version_is_upgraded_with_its_messages(int version)
    {
        using (var session = new SqliteSession(FilePath))
        {
            string[] statements =
            [
                "CREATE TABLE Messages (Number INTEGER PRIMARY KEY AUTOINCREMENT, MessageId TEXT NOT NULL, Body BLOB, Attributes BLOB, "
                    + "PublishedAt INTEGER NOT NULL)",
                "CREATE TABLE Deliveries (Number INTEGER NOT NULL REFERENCES Messages, Consumer TEXT NOT NULL, DueAt INTEGER NOT NULL, "
                    + "Attempts INTEGER NOT NULL, PRIMARY KEY (Number, Consumer)) WITHOUT ROWID",
                "CREATE INDEX DeliveriesByTime ON Deliveries (Consumer, DueAt, Number)",
                "CREATE TABLE Subscriptions (Name TEXT PRIMARY KEY, Topic TEXT NOT NULL, DeclaredAt INTEGER NOT NULL) WITHOUT ROWID",
                "CREATE TABLE TaskNames (Queue TEXT NOT NULL, Name TEXT NOT NULL, ForgetAt INTEGER, PRIMARY KEY (Queue, Name)) "
                    + "WITHOUT ROWID",
                "CREATE INDEX TaskNamesByTime ON TaskNames (ForgetAt) WHERE ForgetAt IS NOT NULL",
                "INSERT INTO Messages VALUES (1, 'a', x'0102', NULL, 5), (2, 'b', x'03', NULL, 6)",
                "INSERT INTO Deliveries VALUES (1, 'subscription/one', 5, 0), (1, 'subscription/two', 7, 1), "
                    + "(2, 'subscription/one', 6, 0), (2, 'queue/tasks', 6, 2)",
                "INSERT INTO Subscriptions VALUES ('one', 'plays', 1), ('two', 'plays', 1)",
                $"PRAGMA user_version = {version}",
            ];
            foreach (var statement in statements) session.RunOnce(statement);
            if (version == 2)
                session.RunOnce("CREATE TABLE ScheduledCalls (Schedule TEXT PRIMARY KEY, CalledAt INTEGER NOT NULL) WITHOUT ROWID");
        }

        using var upgraded = new QueueFile(FilePath, [], clock);
        var now = Instant.Truncate(clock.GetUtcNow());
        Assert.Equal(now, await upgraded.WriteAsync(session => session.LastCall("weekly", now), default));
        Assert.Equal(["2 3", "1 2"], await BacklogAsync(upgraded));
        var taken = await upgraded.WriteAsync(session => session.Take("subscription/one", 10, now, _ => now.AddHours(1)), default);
        Assert.Equal(["a 0102 1", "b 03 1"], taken.Items.Select(
            one => $"{one.Message.Id} {Convert.ToHexString(one.Message.Body.Span)} {one.Attempt}"));
        foreach (var delivery in taken.Items)
            Assert.True(await upgraded.WriteAsync(session => session.Remove("subscription/one", delivery, now), default));
        Assert.Equal(["0 0", "1 2"], await BacklogAsync(upgraded));
        var task = await upgraded.WriteAsync(session => session.Take("queue/tasks", 10, now, _ => now.AddHours(1)), default);
        Assert.Equal(("b", 3), (task.Items.Single().Message.Id, task.Items.Single().Attempt));
    }

    private static Task<List<string>> BacklogAsync(QueueFile file) => file.WriteAsync(
        session => session.Query("SELECT Waiting, Bytes FROM Subscriptions ORDER BY Name", Parameters.None)
            .Select(row => $"{row.Int64("Waiting")} {row.Int64("Bytes")}").ToList(),
        default);

    private static Task<int> CountAsync(QueueFile file) => file.WriteAsync(
        session => session.Query("SELECT COUNT(*) AS Names FROM TaskNames", Parameters.None).Single().Int32("Names"), default);
}
