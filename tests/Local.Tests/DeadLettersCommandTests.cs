using System.Text;
using Spotify.Domain.Ports;
using Spotify.Functions;
using Spotify.Local.Commands;
using Spotify.Local.Messages;
using Spotify.Local.Objects;
using Spotify.Local.Queues;

namespace Spotify.Local.Tests;

public sealed class DeadLettersCommandTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("spotify-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task Dead_letters_are_listed_by_page_source_and_date()
    {
        for (var i = 0; i < 5; i++) await ArchiveAsync("playback-recorder", "2026-03-01", $"{i}", """{"a":1}""");
        await ArchiveAsync("search-updates", "2026-03-02", "9", "1");
        Assert.Equal(6, (await RunAsync("list")).Count);
        Assert.Equal(
            "search-updates/2026-03-02/9  2026-03-02 10:00:00Z  bad", Assert.Single(await RunAsync("list", "--source", "search-updates")));
        Assert.Equal(5, (await RunAsync("list", "--date", "2026-03-01")).Count);
        var page = await RunAsync("list", "--limit", "4");
        Assert.Equal(("There are more: --after playback-recorder/2026-03-01/3", 5), (page[^1], page.Count));
        Assert.Equal(2, (await RunAsync("list", "--after", "playback-recorder/2026-03-01/3")).Count);
        Assert.Empty(await RunAsync("list", "--source", "playback"));
    }

    [Fact]
    public async Task A_replayed_letter_has_the_original_body_and_attributes_and_leaves_the_archive()
    {
        var subscription = FunctionDefinitions.All.Select(function => function.Subscription)
            .First(one => one?.Topic == Topic.PlaybackEvents)!;
        using var file = new QueueFile(new DataDirectory(directory.FullName).Queues, [subscription], TimeProvider.System);
        await ArchiveAsync(subscription.Name, "2026-03-01", "1", """{ "b":[1.0,"\u00e9"] }""");
        await ArchiveAsync(subscription.Name, "2026-03-01", "2", "\"two\"");
        Assert.Equal(["1 replayed, 0 failed"], await RunAsync("replay", $"{subscription.Name}/2026-03-01/1"));
        Assert.Equal(["""{ "b":[1.0,"\u00e9"] } k=v"""], await WaitingAsync(file, Deliveries.ConsumerOf(subscription)));
        Assert.Single(await RunAsync("list"));
        Assert.Equal(["1 replayed, 0 failed"], await RunAsync("replay", "--source", subscription.Name));
        Assert.Empty(await RunAsync("list"));
    }

    [Fact]
    public async Task Tasks_return_to_their_queue_and_letters_without_a_consumer_stay()
    {
        var queue = FunctionDefinitions.All.First(function => function.Queue is not null).Queue!;
        await ArchiveAsync(queue.Name, "2026-03-01", "1", "[1]");
        await ArchiveAsync("no-such-consumer", "2026-03-01", "1", "[2]");
        using var error = new StringWriter();
        Assert.Equal(["1 replayed, 1 failed"], await RunAsync(1, error, "replay", "--all"));
        Assert.Contains("there is no subscription or queue 'no-such-consumer'", error.ToString());
        using var file = new QueueFile(new DataDirectory(directory.FullName).Queues, [], TimeProvider.System);
        Assert.Equal(["[1] "], await WaitingAsync(file, Deliveries.ConsumerOf(queue)));
        Assert.Single(await RunAsync("list"));
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("replay", "--all", "--source", "a")]
    [InlineData("replay", "a/b/c", "--all")]
    [InlineData("list", "--limit", "0")]
    [InlineData("list", "--date", "yesterday")]
    public async Task Wrong_usage_exits_with_2(params string[] arguments) => await RunAsync(2, TextWriter.Null, arguments);

    [Fact]
    public async Task A_letter_that_does_not_exist_is_an_error()
    {
        using var error = new StringWriter();
        await RunAsync(1, error, "replay", "a/2026-03-01/b");
        Assert.Equal("There is no such dead letter.", error.ToString().Trim());
    }

    private Task<List<string>> RunAsync(params string[] arguments) => RunAsync(0, Console.Error, arguments);

    private async Task<List<string>> RunAsync(int exitCode, TextWriter error, params string[] arguments)
    {
        using var output = new StringWriter();
        Assert.Equal(
            exitCode, await CommandLine.RunAsync(["dead-letters", .. arguments, "--data", directory.FullName], output, error));
        return [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }

    // As the archive writes it: see DeadLetterArchiveTests.
    private async Task ArchiveAsync(string source, string date, string id, string body)
    {
        var json = $$"""
            {
              "id": "{{id}}", "source": "{{source}}", "reason": "bad", "message_id": "m", "published_at": "{{date}}T10:00:00+00:00",
              "attributes": {"k":"v"}, "body": {{body}}
            }
            """;
        var store = new DirectoryObjectStore(new DataDirectory(directory.FullName).Objects);
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(json));
        await store.WriteAsync($"deadletters/{source}/{date}/{id}.json", content, new WriteOptions("application/json"), default);
    }

    private static async Task<List<string>> WaitingAsync(QueueFile file, string consumer)
    {
        var taken = await file.WriteAsync(
            session => session.Take(consumer, 10, DateTimeOffset.UtcNow.AddDays(1), _ => DateTimeOffset.UtcNow), default);
        return
        [
            .. taken.Items.Select(one => Encoding.UTF8.GetString(one.Message.Body.Span) + " "
                + string.Join(',', one.Message.Attributes.Select(attribute => $"{attribute.Key}={attribute.Value}"))),
        ];
    }
}
