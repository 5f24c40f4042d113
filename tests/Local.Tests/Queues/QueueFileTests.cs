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
            await file.WriteAsync(session => session.Execute("PRAGMA user_version = 3", Parameters.None), default);
        Assert.Throws<DataVersionException>(() => new QueueFile(FilePath, [], clock));
    }

    [Fact]
    public async Task A_file_of_the_first_version_is_upgraded()
    {
        using (var file = new QueueFile(FilePath, [], clock))
        {
            await file.WriteAsync(session => session.Execute("DROP TABLE ScheduledCalls", Parameters.None), default);
            await file.WriteAsync(session => session.Execute("PRAGMA user_version = 1", Parameters.None), default);
        }

        using var upgraded = new QueueFile(FilePath, [], clock);
        var now = Instant.Truncate(clock.GetUtcNow());
        Assert.Equal(now, await upgraded.WriteAsync(session => session.LastCall("weekly", now), default));
    }

    private static Task<int> CountAsync(QueueFile file) => file.WriteAsync(
        session => session.Query("SELECT COUNT(*) AS Names FROM TaskNames", Parameters.None).Single().Int32("Names"), default);
}
