using Microsoft.Extensions.Logging.Abstractions;
using Spotify.Domain.Ports;
using Spotify.Functions.AudioIngest;
using Spotify.Functions.Tests.AudioIngest;
using Spotify.Functions.UploadEvents;

namespace Spotify.Functions.Tests.UploadEvents;

public sealed class UploadEventConsumerTests
{
    private readonly FakeTaskQueue queue = new();

    [Fact]
    public async Task A_notification_adds_one_task_however_often_it_is_delivered()
    {
        foreach (var messageId in new[] { "1", "1", "2" }) await HandleAsync(messageId: messageId);
        Assert.Equal([new UploadTask("uploads", "Künstler/01 Título.flac", 1772133235749957)], queue.TakeAll());
    }

    [Fact]
    public async Task Each_version_of_an_object_has_a_task_of_its_own_in_any_order()
    {
        foreach (var generation in new[] { "3", "1", "2", "3" }) await HandleAsync("objectGeneration", generation);
        Assert.Equal([3, 1, 2], queue.TakeAll().Select(task => task.Generation));
    }

    [Fact]
    public async Task Objects_with_the_same_generation_have_tasks_of_their_own()
    {
        foreach (var name in new[] { "a.flac", "b.flac", "a/b.flac" }) await HandleAsync("objectId", name);
        await HandleAsync("bucketId", "another");
        Assert.Equal(4, queue.TakeAll().Count);
    }

    [Theory]
    [InlineData("cover.jpg")]
    [InlineData("Album/notes.txt")]
    [InlineData("Album/.DS_Store")]
    [InlineData("__MACOSX/._01 Title.flac")]
    [InlineData(".Trash/a.flac")]
    [InlineData("folder/")]
    public async Task Other_files_are_ignored_without_a_task(string name)
    {
        await HandleAsync("objectId", name);
        Assert.Empty(queue.Names);
    }

    // The import records the reason for which such an upload is refused.
    [Theory]
    [InlineData("../a.flac")]
    [InlineData("./a.flac")]
    [InlineData("a\nb.flac")]
    public async Task An_invalid_name_is_left_to_the_import(string name)
    {
        await HandleAsync("objectId", name);
        Assert.Equal(name, Assert.Single(queue.TakeAll()).Name);
    }

    [Theory]
    [InlineData("bucketId", null)]
    [InlineData("bucketId", "")]
    [InlineData("objectId", null)]
    [InlineData("objectId", "")]
    [InlineData("objectGeneration", null)]
    [InlineData("objectGeneration", "")]
    [InlineData("objectGeneration", "x")]
    [InlineData("objectGeneration", "-1")]
    [InlineData("objectGeneration", "99999999999999999999")]
    [InlineData("eventType", null)]
    [InlineData("eventType", "OBJECT_DELETE")]
    public async Task A_message_that_is_not_a_notification_of_an_upload_is_poison(string attribute, string? value)
    {
        var poison = await Assert.ThrowsAsync<PoisonMessageException>(() => HandleAsync(attribute, value));
        Assert.Contains(attribute == "eventType" && value is not null ? value : attribute, poison.Message, StringComparison.Ordinal);
        Assert.Empty(queue.Names);
    }

    [Fact]
    public async Task A_notification_is_redelivered_if_the_queue_is_down()
    {
        queue.IsDown = true;
        await Assert.ThrowsAsync<IOException>(() => HandleAsync());
    }

    private Task HandleAsync(string attribute = "", string? value = null, string messageId = "1")
    {
        var attributes = new Dictionary<string, string>
        {
            ["bucketId"] = "uploads",
            ["eventTime"] = "2026-02-26T19:13:55.749957Z",
            ["eventType"] = "OBJECT_FINALIZE",
            ["notificationConfig"] = "projects/_/buckets/uploads/notificationConfigs/1",
            ["objectGeneration"] = "1772133235749957",
            ["objectId"] = "Künstler/01 Título.flac",
            ["payloadFormat"] = "NONE",
        };
        if (value is null) attributes.Remove(attribute);
        else attributes[attribute] = value;
        return new UploadEventConsumer(queue, NullLogger<UploadEventConsumer>.Instance)
            .HandleAsync(ReadOnlyMemory<byte>.Empty, new MessageContext(messageId, DateTimeOffset.UnixEpoch, attributes), default);
    }
}
