using Spotify.Functions.PlaylistGenerator;
using Spotify.Web.Functions;
using Queue = Spotify.Domain.Ports.Queue;

namespace Spotify.Cloud.Tests;

/// <summary>
/// The queue of the weekly playlists: 713 million listeners, 100 in a task, are 7.13 million tasks. A queue of Cloud Tasks
/// dispatches 500 per second, 1.8 million per hour, so that four shards take an hour.
/// </summary>
public sealed class QueueTests
{
    private const long Listeners = 713_000_000;
    private const int Batch = 100;

    private static readonly Queue Weekly = PlaylistGeneratorFunction.Definition.Queue!;

    [Fact]
    public void Four_shards_dispatch_all_tasks_in_an_hour_and_three_do_not()
    {
        Assert.True(Listeners / Batch <= Weekly.Shards * Weekly.MaxDispatchesPerSecond * 3600);
        Assert.True(Listeners / Batch > (Weekly.Shards - 1) * Weekly.MaxDispatchesPerSecond * 3600);
    }

    [Fact]
    public async Task A_queue_is_declared_with_its_shards_and_a_function_that_enqueues_may_add_to_each()
    {
        var function = new FunctionDefinition("example", Caller.Scheduler) { Uses = new Resources { Enqueues = [Weekly] } };

        var all = await DeclaredFunction.DeclareAsync(function);

        var queues = all.Where(resource => resource.Module == "cloudtasks/queue").ToList();
        Assert.Equal(
            ["playlist-generator-0", "playlist-generator-1", "playlist-generator-2", "playlist-generator-3"],
            queues.Select(queue => queue.Name));
        Assert.All(queues, queue =>
        {
            Assert.Equal(500, queue.Numbers("rateLimits.maxDispatchesPerSecond").Single());
            Assert.Equal(1000, queue.Numbers("rateLimits.maxConcurrentDispatches").Single());
            Assert.Equal(Weekly.MaxDispatches, queue.Numbers("retryConfig.maxAttempts").Single());
            Assert.Equal("5s", queue.Text("retryConfig.minBackoff"));
            Assert.Equal("1800s", queue.Text("retryConfig.maxBackoff"));
        });
        Assert.Equal(
            queues.Select(queue => (string)queue.State["name"]),
            all.Where(resource => resource.Module == "cloudtasks/queueIamMember").Select(grant => grant.Text("name")));
        Assert.Contains(
            all, grant => grant.Module == "serviceaccount/iAMMember" && grant.Text("role") == "roles/iam.serviceAccountUser");
    }
}
