using System.Text;
using Spotify.Audio;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.AudioEncryption;
using Spotify.Functions.Playback;

namespace Spotify.Functions.Tests.AudioEncryption;

public sealed class AudioEncryptionQueueTests
{
    private static readonly AudioEncoding High = new(Codec.Vorbis, AudioQuality.High, 160, 1);

    private readonly List<TaskRequest> added = [];
    private readonly ManualTimeProvider clock = new(new DateTimeOffset(2026, 1, 1, 0, 7, 0, TimeSpan.Zero));
    private readonly AudioEncryptionQueue queue;

    public AudioEncryptionQueueTests()
    {
        var tasks = new Mock<ITaskQueue>();
        tasks.Setup(t => t.EnqueueAsync(It.IsAny<Queue>(), It.IsAny<IReadOnlyList<TaskRequest>>(), It.IsAny<CancellationToken>()))
            .Returns((Queue target, IReadOnlyList<TaskRequest> requests, CancellationToken _) =>
            {
                TaskRules.Check(target, requests, clock.GetUtcNow());
                Assert.Equal(AudioEncryptionFunction.Definition.Queue, target);
                added.AddRange(requests);
                return Task.CompletedTask;
            });
        queue = new AudioEncryptionQueue(tasks.Object, clock);
    }

    [Fact]
    public async Task All_requests_for_an_encoding_in_a_quarter_of_an_hour_have_one_name()
    {
        for (var i = 0; i < 3; i++) await queue.RequestAsync([(Item("r1"), High)], default);
        Assert.Single(added.Select(task => task.Name).Distinct());
        Assert.Equal(
            $$"""{"playable_id":"{{TestCatalog.Dawn.Id}}","revision":"r1","encoding":"high.ogg"}""",
            Encoding.UTF8.GetString(added[0].Body.Span));

        clock.Advance(TimeSpan.FromMinutes(8));
        await queue.RequestAsync([(Item("r1"), High)], default);
        Assert.Equal(2, added.Select(task => task.Name).Distinct().Count());
    }

    [Fact]
    public async Task Other_encodings_and_revisions_have_tasks_of_their_own()
    {
        await queue.RequestAsync(
            [(Item("r1"), High), (Item("r2"), High), (Item("r1"), High with { Codec = Codec.Aac })], default);
        Assert.Equal(3, added.Select(task => task.Name).Distinct().Count());
    }

    [Fact]
    public async Task No_requests_add_no_tasks()
    {
        await queue.RequestAsync([], default);
        Assert.Empty(added);
    }

    private static PlaybackItem Item(string revision) => new(
        new SpotifyUri(EntityType.Track, TestCatalog.Dawn.Id), TestCatalog.Sunrise.Id, 1, 1, 0, 1000, Explicit: false,
        new Rights(MarketSet.Everywhere, null, null), revision, [High], default);
}
