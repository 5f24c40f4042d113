using System.Collections.Immutable;
using Spotify.Cloud.Tests.Mocks;
using Spotify.Domain.Ports;
using Spotify.Web.Functions;
using Spotify.Web.Messages;

namespace Spotify.Cloud.Tests;

/// <summary>Whatever a function needs is deployed from its definition alone, and removed with it. One function of each kind.</summary>
public sealed class DefinitionTests
{
    private static readonly string[] CommonSettings =
    [
        "AccessTokens", "ClientRegionHeader", "DefaultCountry", "FUNCTION_TARGET", "GOOGLE_CLOUD_PROJECT", "PublicUrl", "ServiceCallers",
    ];

    private static readonly Topic Examples = new("examples");

    private static readonly Queue Queue = new("example-queue", "/tasks/example") { Shards = 2 };

    [Fact]
    public Task A_queue() => AssertAddedAsync(
        """
        cloudtasks/queue example-queue-0
        cloudtasks/queue example-queue-1
        cloudtasks/queueIamMember example-example-queue-0 roles/cloudtasks.enqueuer for example
        cloudtasks/queueIamMember example-example-queue-1 roles/cloudtasks.enqueuer for example
        serviceaccount/iAMMember example-task-dispatcher roles/iam.serviceAccountUser for example
        example-us-central1: Tasks__Location=us-central1
        example-us-central1: Tasks__Project=example-dev
        example-us-central1: Tasks__ServiceAccount=task-dispatcher@example-dev.iam.gserviceaccount.com
        example-us-central1: Tasks__Shards__example-queue__0=example-queue-0
        example-us-central1: Tasks__Shards__example-queue__1=example-queue-1
        example-us-central1: Tasks__Urls__example-queue=https://example-handler-123456789012.us-central1.run.app
        pubsub/topicIAMMember example-handler-dead-letters roles/pubsub.publisher for example-handler
        example-handler-us-central1: PubSub__Project=example-dev
        """,
        new FunctionDefinition("example", Caller.Listeners) { Uses = new Resources { Enqueues = [Queue] } },
        new FunctionDefinition("example-handler", Caller.Tasks) { Queue = Queue });

    [Fact]
    public Task A_schedule() => AssertAddedAsync(
        """
        cloudscheduler/job example-nightly-us-central1
        """,
        new FunctionDefinition("example", Caller.Scheduler) { Schedules = [new("example-nightly", "/tasks/example", "0 3 * * *")] });

    [Fact]
    public Task A_topic_with_a_subscription() => AssertAddedAsync(
        """
        pubsub/topic examples
        pubsub/topicIAMMember example-examples roles/pubsub.publisher for example
        example-us-central1: PubSub__Project=example-dev
        pubsub/subscription example-consumer
        pubsub/subscriptionIAMMember example-consumer-pubsub roles/pubsub.subscriber for service-123456789012
        pubsub/topicIAMMember example-consumer-dead-letters roles/pubsub.publisher for example-consumer
        example-consumer-us-central1: PubSub__Project=example-dev
        """,
        new FunctionDefinition("example", Caller.Listeners) { Uses = new Resources { Publishes = [Examples] } },
        new FunctionDefinition("example-consumer", Caller.Subscription)
        {
            Consumer = MessageConsumer.OfBytes<IMessageConsumer<ReadOnlyMemory<byte>>>(new Subscription("example-consumer", Examples)),
        });

    [Theory]
    [InlineData(Access.Read, "viewer")]
    [InlineData(Access.Write, "user")]
    public Task Live_documents(Access access, string role) => AssertAddedAsync(
        $"""
        projects/iAMMember example-live-documents roles/datastore.{role} for example
        example-us-central1: LiveDocuments__Project=example-dev
        """, new FunctionDefinition("example", Caller.Listeners) { Uses = new Resources { LiveDocuments = access } });

    [Fact]
    public Task Live_tokens() => AssertAddedAsync(
        """
        serviceaccount/iAMMember example-live-tokens roles/iam.serviceAccountTokenCreator for example
        example-us-central1: LiveTokens__ApiKey=an-api-key
        example-us-central1: LiveTokens__Project=example-dev
        example-us-central1: LiveTokens__ServiceAccount=example@example-dev.iam.gserviceaccount.com
        """, new FunctionDefinition("example", Caller.Listeners) { Uses = new Resources { LiveTokens = true } });

    [Theory]
    [InlineData(Access.Read, "dataViewer")]
    [InlineData(Access.Write, "dataEditor")]
    public Task The_warehouse(Access access, string role) => AssertAddedAsync(
        $"""
        bigquery/datasetIamMember example-warehouse roles/bigquery.{role} for example
        projects/iAMMember example-warehouse-queries roles/bigquery.jobUser for example
        example-us-central1: Warehouse__Dataset=spotify
        example-us-central1: Warehouse__Location=us-central1
        example-us-central1: Warehouse__Project=example-dev
        """, new FunctionDefinition("example", Caller.Listeners) { Uses = new Resources { Warehouse = access } });

    [Fact]
    public Task Signing_keys() => AssertAddedAsync(
        """
        secretmanager/secretIamMember example-k1 roles/secretmanager.secretAccessor for example
        example-us-central1: SigningKeys__0__Name=k1
        example-us-central1: SigningKeys__0__Secret from cdn-k1
        example-us-central1: Cdn__Cdns__0__BaseUrl=https://203-0-113-7.sslip.io
        example-us-central1: Cdn__Cdns__0__Name=cloud-cdn
        """, new FunctionDefinition("example", Caller.Listeners) { Uses = new Resources { SigningKeys = true } });

    [Fact]
    public Task Objects() => AssertAddedAsync(
        """
        storage/bucketIAMMember example-audio roles/storage.objectViewer for example
        example-us-central1: Buckets__tracks=example-dev-audio
        storage/bucket lyrics
        storage/bucketIAMMember example-lyrics roles/storage.objectUser for example
        example-us-central1: Buckets__lyrics=example-dev-lyrics
        """,
        new FunctionDefinition("example", Caller.Listeners)
        {
            Uses = new Resources { Objects = { ["tracks"] = Access.Read, ["lyrics"] = Access.Write } },
        });

    [Fact]
    public async Task A_queue_without_a_function_that_handles_its_tasks_is_rejected()
    {
        var function = new FunctionDefinition("example", Caller.Listeners) { Uses = new Resources { Enqueues = [Queue] } };

        var error = await Assert.ThrowsAnyAsync<Exception>(() => Deployed.RunAsync("dev", Deployed.ConfigOf("dev"), function));

        Assert.Contains("No function handles the tasks of the queue example-queue", error.ToString(), StringComparison.Ordinal);
    }

    // Each line: a resource that is not declared without the functions, with the role and the account that it grants it to, or
    // a setting of a function. What every function has is checked separately.
    private static async Task AssertAddedAsync(string expected, params FunctionDefinition[] functions)
    {
        var (before, after) = (await Deployed.To("dev"), await Deployed.RunAsync("dev", Deployed.ConfigOf("dev"), functions));
        var others = before.All.Select(resource => (resource.Type, resource.Name)).ToHashSet();
        var added = after.All.Where(resource => !others.Remove((resource.Type, resource.Name))).SelectMany(Lines).ToHashSet();

        Assert.Empty(others);
        foreach (var line in functions.SelectMany(OfEvery)) Assert.True(added.Remove(line), line);
        var alert = after.Of("monitoring/alertPolicy").Single(alert => alert.Name == "background-failures");
        foreach (var function in functions.Where(function => function.Caller != Caller.Listeners))
            Assert.Contains(function.Name, alert.Text("conditions.conditionPrometheusQueryLanguage.query"));
        Assert.Equal(expected.Split('\n').Order(StringComparer.Ordinal), added.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Lines(Declared resource)
    {
        var role = resource.Text("role") is { } text ? $" {text} for {resource.Text("member")!.Split(':')[^1].Split('@')[0]}" : "";
        yield return $"{resource.Module} {resource.Name}{role}";
        if (resource.Module != "cloudrunv2/service") yield break;
        foreach (var (name, value) in resource.Environment())
            if (!CommonSettings.Contains(name.Split("__")[0])) yield return $"{resource.Name}: {name}={value}";
        foreach (var variable in resource.Maps("template.containers.envs").Where(variable => variable.ContainsKey("valueSource")))
        {
            var source = (ImmutableDictionary<string, object>)variable["valueSource"];
            var secret = (ImmutableDictionary<string, object>)source["secretKeyRef"];
            yield return $"{resource.Name}: {variable["name"]} from {secret["secret"]}";
        }
    }

    private static IEnumerable<string> OfEvery(FunctionDefinition function)
    {
        var (service, caller) = ($"{function.Name}-us-central1", function.Caller switch
        {
            Caller.Listeners => "allUsers",
            Caller.Scheduler => "scheduler",
            Caller.Tasks => "task-dispatcher",
            _ => "subscriptions",
        });
        yield return $"serviceaccount/account {function.Name}";
        yield return $"cloudrunv2/service {service}";
        yield return $"cloudrunv2/serviceIamMember {service}-invoker roles/run.invoker for {caller}";
        if (function.Caller != Caller.Listeners) yield break;
        yield return $"compute/backendService {function.Name}";
        yield return $"compute/regionNetworkEndpointGroup {service}";
    }
}
