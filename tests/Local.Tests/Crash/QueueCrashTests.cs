using System.Text;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Local.Messages;
using Spotify.Local.Queues;
using Spotify.Local.Tests.Edge;

namespace Spotify.Local.Tests.Crash;

public sealed class QueueCrashTests : IDisposable
{
    private const int Letters = 2000;

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    private string Archive => Path.Combine(new DataDirectory(directory.FullName).Objects, "deadletters");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task No_message_is_lost_when_the_host_is_killed_amid_deliveries()
    {
        var published = Enumerable.Range(0, Letters).Select(i => $"letter-{i}").ToHashSet();
        await using (var host = await HostProcess.ServeAsync(directory.FullName, "--no-demo"))
        {
            // This process is another than the one that has the consumer.
            using var file = Open();
            var bus = new SqliteMessageBus(file, TimeProvider.System);
            await bus.PublishAsync(Topic.DeadLetters, [.. published.Select(name => new Message(Encoding.UTF8.GetBytes($"\"{name}\"")))], default);
            await Poll.UntilAsync(() => Archived().Any());
            await host.KillAsync();
        }

        HashSet<string> left;
        using (var file = Open()) left = [.. await LeftAsync(file, "")];
        Assert.True(left.Count > 100, "The host was killed too late for this test to show anything.");
        Assert.Equal(published.Order(), left.Union(Archived()).Order());

        await using var again = await HostProcess.ServeAsync(directory.FullName, "--no-demo");
        using (var file = Open())
        {
            // What the killed host held comes again when its deadline is over; the rest at once.
            var held = (await LeftAsync(file, "WHERE D.Attempts > 0")).ToHashSet();
            Assert.InRange(held.Count, 0, 32);
            await Poll.UntilAsync(() => left.Except(held).All(Archived().ToHashSet().Contains));
        }
    }

    private QueueFile Open() => new(new DataDirectory(directory.FullName).Queues, [], TimeProvider.System);

    private IEnumerable<string> Archived() => Directory.Exists(Archive)
        ? Directory.EnumerateFiles(Archive, "*.json", SearchOption.AllDirectories).Select(path => System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!.At("body")!)
        : [];

    private static Task<List<string>> LeftAsync(QueueFile file, string where) => file.WriteAsync(
        session => session.Query($"SELECT M.Body FROM Deliveries D JOIN Messages M ON M.Number = D.Number {where}", Parameters.None)
            .Select(row => Encoding.UTF8.GetString(row.Bytes("Body")).Trim('"')).ToList(),
        default);
}
