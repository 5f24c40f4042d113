using Spotify.Cloud.Tests.Mocks;
using Spotify.Functions.AudioIngest;

namespace Spotify.Cloud.Tests;

/// <summary>The way of an upload: from the bucket to a topic, to <c>upload-events</c>, to a queue, and to <c>audio-ingest</c>.</summary>
public sealed class UploadTests
{
    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Cloud_Storage_notifies_of_uploads_once_its_agent_may_publish_and_a_subscription_keeps_the_messages(string stack)
    {
        var deployed = await Deployed.To(stack);
        var notification = Assert.Single(deployed.Of("storage/notification"));

        Assert.Equal($"{deployed.Project}-uploads", notification.Text("bucket"));
        Assert.Equal($"projects/{deployed.Project}/topics/uploads", notification.Text("topic"));
        Assert.Equal(["OBJECT_FINALIZE"], notification.Texts("eventTypes"));
        Assert.Equal("NONE", notification.Text("payloadFormat"));
        var publisher = Assert.Single(
            deployed.All, grant => grant.Text("member") == Agent && grant.Text("role") == "roles/pubsub.publisher");
        Assert.Equal(("pubsub/topicIAMMember", "uploads"), (publisher.Module, publisher.Text("topic")));
        var subscription = Assert.Single(deployed.Of("pubsub/subscription"), one => one.Text("topic") == "uploads");
        Assert.StartsWith("https://upload-events-", subscription.Text("pushConfig.pushEndpoint"), StringComparison.Ordinal);
        Assert.Contains((publisher.Type, publisher.Name), notification.DependsOn);
        Assert.Contains((subscription.Type, subscription.Name), notification.DependsOn);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task The_queue_dispatches_no_more_tasks_at_once_than_the_instances_take(string stack)
    {
        var deployed = await Deployed.To(stack);
        var service = Assert.Single(deployed.Of("cloudrunv2/service"), service => service.Text("name") == "audio-ingest");
        var queue = Assert.Single(deployed.Of("cloudtasks/queue"), queue => queue.Name == "audio-ingest-0");

        var instances = service.Numbers("template.scaling.maxInstanceCount").Single();
        Assert.Equal(1, service.Numbers("template.maxInstanceRequestConcurrency").Single());
        Assert.InRange(queue.Numbers("rateLimits.maxConcurrentDispatches").Single(), 1, instances);
        Assert.Equal(
            AudioIngestFunction.Definition.Queue!.MaxDispatches, queue.Numbers("retryConfig.maxAttempts").Single());
        foreach (var name in new[] { "upload-events", "audio-ingest" })
        {
            var environment = deployed.Of("cloudrunv2/service").Single(one => one.Text("name") == name).Environment();
            Assert.StartsWith("https://audio-ingest-", environment["Tasks__Urls__audio-ingest"], StringComparison.Ordinal);
        }
    }

    private static string Agent => $"serviceAccount:service-{CloudMocks.ProjectNumber}@gs-project-accounts.iam.gserviceaccount.com";
}
