using Pulumi;
using Pulumi.Gcp.CloudTasks.Inputs;
using Pulumi.Gcp.PubSub.Inputs;
using Spotify.Domain.Ports;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>Topics and queues: those that the rows of the function table publish to, receive from and add to.</summary>
internal sealed class Messaging : Layer
{
    // The most that Pub/Sub does: what a subscription could not deliver, and what a topic can be asked for again.
    private const string LongestBacklog = "2678400s";
    private const string Replay = "604800s";

    private readonly ProjectFacts project;
    private readonly Gcp.Projects.ServiceIdentity agent;

    /// <summary>Makes them.</summary>
    /// <param name="schemas">The folder of what messages look like: <c>{topic}.avsc</c>. A topic without a file takes anything.</param>
    public Messaging(StackSettings settings, ProjectFacts project, Services services, IReadOnlyList<FunctionRow> rows, string schemas) : base("messaging", services)
    {
        this.project = project;
        Topics = rows.SelectMany(row => row.Publishes.Concat(row.Subscription is { } own ? [own.Topic] : [])).Append(Topic.DeadLetters)
            .Distinct().ToDictionary(topic => topic.Name, topic => MakeTopic(topic, Path.Combine(schemas, $"{topic.Name}.avsc")));
        Queues = rows.SelectMany(row => row.Needs.Enqueues).Distinct().ToDictionary(
            queue => queue.Name,
            queue => (IReadOnlyList<Gcp.CloudTasks.Queue>)[.. Enumerable.Range(0, queue.Shards).Select(shard => MakeQueue(queue, shard, settings.Home))]);
        // Pub/Sub itself moves what was delivered too often, and signs what it pushes. Its account is not there in a new project until it is asked
        // for, and one that was asked for has no role of itself.
        agent = new Gcp.Projects.ServiceIdentity("pubsub", new() { Project = settings.Project, Service = "pubsub.googleapis.com" }, Own);
        _ = new Gcp.Projects.IAMMember("pubsub-serviceAgent", new() { Project = settings.Project, Role = "roles/pubsub.serviceAgent", Member = agent.Member }, Own);
        _ = new Gcp.PubSub.TopicIAMMember(
            "dead-letters-pubsub",
            new() { Topic = Topics[Topic.DeadLetters.Name].Name, Role = "roles/pubsub.publisher", Member = agent.Member },
            Own);
        RegisterOutputs();
    }

    /// <summary>The topics, by name.</summary>
    public IReadOnlyDictionary<string, Gcp.PubSub.Topic> Topics { get; }

    /// <summary>The queues of the cloud that each queue is spread over, by the queue's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Gcp.CloudTasks.Queue>> Queues { get; }

    /// <summary>Lets a topic's messages come to the function of a row.</summary>
    public void Subscribe(DeployedFunction function, StackSettings settings, Identity identity)
    {
        var (row, subscription) = (function.Row, function.Row.Subscription!);
        var url = project.RunUrl(row.Name, settings.Home);
        var arguments = new Gcp.PubSub.SubscriptionArgs
        {
            Name = subscription.Name,
            Topic = Topics[subscription.Topic.Name].Name,
            AckDeadlineSeconds = (int)subscription.AckDeadline.TotalSeconds,
            MessageRetentionDuration = LongestBacklog,
            // It is there until it is removed, however quiet its topic.
            ExpirationPolicy = new SubscriptionExpirationPolicyArgs { Ttl = "" },
            PushConfig = new SubscriptionPushConfigArgs
            {
                PushEndpoint = url, OidcToken = new SubscriptionPushConfigOidcTokenArgs { ServiceAccountEmail = identity.Subscriptions.Email, Audience = url },
            },
            RetryPolicy = new SubscriptionRetryPolicyArgs { MinimumBackoff = Seconds(subscription.MinBackoff), MaximumBackoff = Seconds(subscription.MaxBackoff) },
        };
        // Dead letters have nowhere else to go: they are tried until they are handled. Of others the function says itself why they end there; it
        // is asked a few times more for when it died at its last try.
        var isLast = subscription.Topic == Topic.DeadLetters;
        if (!isLast)
            arguments.DeadLetterPolicy = new SubscriptionDeadLetterPolicyArgs { DeadLetterTopic = Topics[Topic.DeadLetters.Name].Id, MaxDeliveryAttempts = Math.Min(subscription.MaxDeliveries + 5, 100) };
        var made = new Gcp.PubSub.Subscription(subscription.Name, arguments, After(function.ByRegion.Values));
        if (!isLast)
            _ = new Gcp.PubSub.SubscriptionIAMMember(
                $"{subscription.Name}-pubsub", new() { Subscription = made.Name, Role = "roles/pubsub.subscriber", Member = agent.Member }, Own);
    }

    private Gcp.PubSub.Topic MakeTopic(Topic topic, string schema)
    {
        var arguments = new Gcp.PubSub.TopicArgs { Name = topic.Name, MessageRetentionDuration = Replay };
        if (File.Exists(schema))
        {
            var made = new Gcp.PubSub.Schema(topic.Name, new() { Name = topic.Name, Type = "AVRO", Definition = File.ReadAllText(schema) }, Own);
            arguments.SchemaSettings = new TopicSchemaSettingsArgs { Schema = made.Id, Encoding = "JSON" };
        }

        return new Gcp.PubSub.Topic(topic.Name, arguments, Own);
    }

    private Gcp.CloudTasks.Queue MakeQueue(Queue queue, int shard, string location)
    {
        var name = FormattableString.Invariant($"{queue.Name}-{shard}");
        return new Gcp.CloudTasks.Queue(
            name,
            new()
            {
                Name = name,
                Location = location,
                RateLimits = new QueueRateLimitsArgs { MaxDispatchesPerSecond = queue.MaxDispatchesPerSecond, MaxConcurrentDispatches = queue.MaxConcurrentDispatches },
                RetryConfig = new QueueRetryConfigArgs { MaxAttempts = queue.MaxDispatches, MinBackoff = Seconds(queue.MinBackoff), MaxBackoff = Seconds(queue.MaxBackoff) },
                StackdriverLoggingConfig = new QueueStackdriverLoggingConfigArgs { SamplingRatio = 0.01 },
            },
            Own);
    }

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.###}s");
}
