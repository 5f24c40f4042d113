using Pulumi;
using Pulumi.Testing;
using Spotify.Cloud.Tests.Mocks;
using Queue = Spotify.Domain.Ports.Queue;

namespace Spotify.Cloud.Tests;

/// <summary>
/// The queue of the weekly playlists, as it is to be declared: 713 million listeners, 100 in a task, are 7.13 million tasks; a queue of Cloud
/// Tasks dispatches 500 a second, 1.8 million an hour; four of them do it in one.
/// </summary>
public sealed class QueueTests
{
    private const long Listeners = 713_000_000;
    private const int Batch = 100;

    private static readonly Queue Weekly = new("playlist-generator", "/tasks/playlist-generator")
    {
        Shards = 4, MaxDispatchesPerSecond = 500, MaxConcurrentDispatches = 5000, MaxAttempts = 10, MinBackoff = TimeSpan.FromSeconds(10), MaxBackoff = TimeSpan.FromMinutes(10),
    };

    [Fact]
    public void Four_shards_do_the_week_in_an_hour_and_three_do_not()
    {
        Assert.True(Listeners / Batch <= Weekly.Shards * Weekly.MaxDispatchesPerSecond * 3600);
        Assert.True(Listeners / Batch > (Weekly.Shards - 1) * Weekly.MaxDispatchesPerSecond * 3600);
    }

    [Fact]
    public async Task A_queue_of_a_row_is_spread_over_its_shards_and_its_user_may_add_to_each()
    {
        var config = Deployed.ConfigOf("dev");
        Environment.SetEnvironmentVariable("PULUMI_CONFIG", System.Text.Json.JsonSerializer.Serialize(config));
        var mocks = new CloudMocks("example-dev");
        var row = new FunctionRow("weekly-playlists", "WeeklyPlaylists", Caller.Scheduler, new Needs { Enqueues = [Weekly] });

        await Deployment.TestAsync(mocks, new TestOptions { ProjectName = "spotify", StackName = "dev", IsPreview = false }, async () =>
        {
            var settings = StackSettings.Read();
            var (services, project) = (new Services(settings), new ProjectFacts("example-dev", CloudMocks.ProjectNumber));
            var messaging = new Messaging(settings, project, services, [row], "");
            var context = new FunctionContext(settings, project, services, new Data(settings, project, services), messaging, new Identity(settings, project, "music.example", services), "music.example");
            new Grants(row, "serviceAccount:weekly-playlists@example-dev.iam.gserviceaccount.com", context, new CustomResourceOptions()).Make();
            await Task.CompletedTask;
        });

        var queues = mocks.All.Where(resource => resource.Module == "cloudtasks/queue").ToList();
        Assert.Equal(["playlist-generator-0", "playlist-generator-1", "playlist-generator-2", "playlist-generator-3"], queues.Select(queue => queue.Text("name")));
        Assert.All(queues, queue =>
        {
            Assert.Equal((500, 5000), (queue.Numbers("rateLimits.maxDispatchesPerSecond").Single(), queue.Numbers("rateLimits.maxConcurrentDispatches").Single()));
            Assert.Equal((Weekly.MaxDispatches, "10s", "600s"), (queue.Numbers("retryConfig.maxAttempts").Single(), queue.Text("retryConfig.minBackoff"), queue.Text("retryConfig.maxBackoff")));
        });
        Assert.Equal(queues.Select(queue => queue.Text("name")), mocks.All.Where(resource => resource.Module == "cloudtasks/queueIamMember").Select(grant => grant.Text("name")));
        Assert.Contains(mocks.All, grant => grant.Module == "serviceaccount/iAMMember" && grant.Text("role") == "roles/iam.serviceAccountUser");
    }
}
