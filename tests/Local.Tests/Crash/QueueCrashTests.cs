using System.Text;
using System.Text.Json.Nodes;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Local.Messages;
using Spotify.Local.Queues;
using Spotify.Local.Tests.Edge;

namespace Spotify.Local.Tests.Crash;

public sealed class QueueCrashTests : IDisposable
{
    private const int Count = 600;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    private string Archive => Path.Combine(new DataDirectory(directory.FullName).Objects, "deadletters");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task No_message_is_lost_when_the_host_is_killed_during_deliveries()
    {
        var published = Enumerable.Range(0, Count).Select(i => $"message-{i}").ToHashSet();
        await using (var host = await HostProcess.ServeAsync(directory.FullName, "--no-demo"))
        {
            // Published by this process and consumed by the host's.
            using var file = Open();
            var bus = new SqliteMessageBus(file, new BacklogLimits(), TimeProvider.System);
            await bus.PublishAsync(
                Topic.DeadLetters, [.. published.Select(name => new Message(Encoding.UTF8.GetBytes($"\"{name}\"")))], default);
            await Poll.UntilAsync(() => ArchivedFiles().Any());
            await host.KillAsync();
        }

        HashSet<string> left;
        using (var file = Open()) left = [.. await LeftAsync(file, "")];
        Assert.True(left.Count > 100, "The host was killed too late for this test to show anything.");
        Assert.Equal(published.Order(), left.Union(Archived()).Order());

        await using var again = await HostProcess.ServeAsync(directory.FullName, "--no-demo");
        using (var file = Open())
        {
            // Messages leased by the killed host are delivered again when their lease expires, the others at once.
            var held = (await LeftAsync(file, "AND D.Attempts > 0")).ToHashSet();
            Assert.InRange(held.Count, 0, 32);
            var expected = left.Except(held).ToHashSet();
            await Poll.UntilAsync(() => ArchivedFiles().Count() >= Count - held.Count && expected.IsSubsetOf(Archived()));
        }
    }

    private QueueFile Open() => new(new DataDirectory(directory.FullName).Queues, [], TimeProvider.System);

    private IEnumerable<string> Archived() => ArchivedFiles().Select(path => JsonNode.Parse(File.ReadAllText(path))!.At("body")!);

    private IEnumerable<string> ArchivedFiles() =>
        Directory.Exists(Archive) ? Directory.EnumerateFiles(Archive, "*.json", SearchOption.AllDirectories) : [];

    // The host has tasks of its own.
    private static Task<List<string>> LeftAsync(QueueFile file, string condition) => file.WriteAsync(
        session => session.Query(
                "SELECT M.Body FROM Deliveries D JOIN Messages M ON M.Number = D.Number "
                + $"WHERE D.Consumer = 'subscription/dead-letter-archive' {condition}",
                Parameters.None)
            .Select(row => Encoding.UTF8.GetString(row.Bytes("Body")).Trim('"')).ToList(),
        default);
}
