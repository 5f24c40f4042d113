using Pulumi;
using Pulumi.Gcp.CloudTasks.Inputs;
using Pulumi.Gcp.PubSub.Inputs;
using Spotify.Domain.Ports;
using Spotify.Web.Functions;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The topics, subscriptions and queues that functions publish to, receive from and add to.</summary>
internal sealed class Messaging : Layer
{
    // The longest retentions of Pub/Sub: of undelivered messages in a subscription, and of messages in a topic for replay.
    private const string LongestBacklog = "2678400s";
    private const string Replay = "604800s";

    private readonly ProjectFacts project;
    private readonly Gcp.Projects.ServiceIdentity agent;

    /// <summary>Declares the topics and queues.</summary>
    /// <param name="schemas">The folder of message schemas, <c>{topic}.avsc</c>. A topic without a file takes any message.</param>
    public Messaging(
        StackSettings settings, ProjectFacts project, Services services, IReadOnlyList<CloudFunction> functions, string schemas)
        : base("messaging", services)
    {
        this.project = project;
        Topics = functions.Select(function => function.Definition).SelectMany(TopicsOf).Append(Topic.DeadLetters)
            .Distinct().ToDictionary(topic => topic.Name, topic => DeclareTopic(topic, Path.Combine(schemas, $"{topic.Name}.avsc")));
        Queues = functions.SelectMany(function => function.Uses.Enqueues).Distinct().ToDictionary(
            queue => queue.Name,
            queue => (IReadOnlyList<Gcp.CloudTasks.Queue>)
                [.. Enumerable.Range(0, queue.Shards).Select(shard => DeclareQueue(queue, shard, HandlerOf(queue), settings))]);
        // Pub/Sub's service agent moves messages to the dead letters and signs pushes.
        agent = DeclareAgent("pubsub", "pubsub", settings.Project);
        _ = new Gcp.Projects.IAMMember(
            "pubsub-serviceAgent",
            new() { Project = settings.Project, Role = "roles/pubsub.serviceAgent", Member = agent.Member },
            Own);
        _ = new Gcp.PubSub.TopicIAMMember(
            "dead-letters-pubsub",
            new() { Topic = Topics[Topic.DeadLetters.Name].Name, Role = "roles/pubsub.publisher", Member = agent.Member },
            Own);
        RegisterOutputs();

        CloudFunction? HandlerOf(Queue queue) => functions.SingleOrDefault(function => function.Definition.Queue?.Name == queue.Name);
    }

    /// <summary>The topics, by name.</summary>
    public IReadOnlyDictionary<string, Gcp.PubSub.Topic> Topics { get; }

    /// <summary>The shards of each queue, by the queue's name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Gcp.CloudTasks.Queue>> Queues { get; }

    /// <summary>Declares the subscription of a function, and the notifications of Cloud Storage if it receives them.</summary>
    public void Subscribe(DeployedFunction deployed, FunctionContext context)
    {
        var subscription = deployed.Function.Definition.Subscription!;
        var url = project.RunUrl(deployed.Function.Name, context.Settings.Home);
        var arguments = new Gcp.PubSub.SubscriptionArgs
        {
            Name = subscription.Name,
            Topic = Topics[subscription.Topic.Name].Name,
            AckDeadlineSeconds = (int)subscription.AckDeadline.TotalSeconds,
            MessageRetentionDuration = LongestBacklog,
            // The subscription never expires, even if its topic has no messages.
            ExpirationPolicy = new SubscriptionExpirationPolicyArgs { Ttl = "" },
            PushConfig = new SubscriptionPushConfigArgs
            {
                PushEndpoint = url,
                OidcToken = new SubscriptionPushConfigOidcTokenArgs
                {
                    ServiceAccountEmail = context.Identity.Subscriptions.Email, Audience = url,
                },
            },
            RetryPolicy = new SubscriptionRetryPolicyArgs
            {
                MinimumBackoff = Seconds(subscription.MinBackoff), MaximumBackoff = Seconds(subscription.MaxBackoff),
            },
        };
        // Dead letters are retried until they are handled. Other messages are dead-lettered by the function, with the reason. Pub/Sub's own
        // limit is a few deliveries higher, for messages whose function instance stopped during the last attempt.
        var isForDeadLetters = subscription.Topic == Topic.DeadLetters;
        if (!isForDeadLetters)
        {
            arguments.DeadLetterPolicy = new SubscriptionDeadLetterPolicyArgs
            {
                DeadLetterTopic = Topics[Topic.DeadLetters.Name].Id, MaxDeliveryAttempts = Math.Min(subscription.MaxDeliveries + 5, 100),
            };
        }

        var declared = new Gcp.PubSub.Subscription(subscription.Name, arguments, After(deployed.ByRegion.Values));
        if (isForDeadLetters) return;
        _ = new Gcp.PubSub.SubscriptionIAMMember(
            $"{subscription.Name}-pubsub",
            new() { Subscription = declared.Name, Role = "roles/pubsub.subscriber", Member = agent.Member },
            Own);
        if (subscription.Topic == Topic.Uploads) Notify(context.Data.Uploads, declared);
    }

    /// <summary>Declares the notifications of Cloud Storage about uploads.</summary>
    /// <param name="uploads">The upload bucket.</param>
    /// <param name="subscription">The subscription, without which the topic would drop messages.</param>
    private void Notify(Gcp.Storage.Bucket uploads, Gcp.PubSub.Subscription subscription)
    {
        var topic = Topics[Topic.Uploads.Name];
        // Cloud Storage rejects a notification if its service agent cannot publish to the topic.
        var publisher = new Gcp.PubSub.TopicIAMMember(
            "uploads-storage",
            new() { Topic = topic.Name, Role = "roles/pubsub.publisher", Member = project.ServiceAgent("gs-project-accounts") },
            Own);
        _ = new Gcp.Storage.Notification(
            "uploads",
            new() { Bucket = uploads.Name, Topic = topic.Id, PayloadFormat = "NONE", EventTypes = { "OBJECT_FINALIZE" } },
            After(publisher, subscription));
    }

    private static IEnumerable<Topic> TopicsOf(FunctionDefinition function) =>
        function.Subscription is { } subscription ? function.Publishes.Append(subscription.Topic) : function.Publishes;

    private Gcp.PubSub.Topic DeclareTopic(Topic topic, string schema)
    {
        var arguments = new Gcp.PubSub.TopicArgs { Name = topic.Name, MessageRetentionDuration = Replay };
        if (File.Exists(schema))
        {
            var declared = new Gcp.PubSub.Schema(
                topic.Name, new() { Name = topic.Name, Type = "AVRO", Definition = File.ReadAllText(schema) }, Own);
            arguments.SchemaSettings = new TopicSchemaSettingsArgs { Schema = declared.Id, Encoding = "JSON" };
        }

        return new Gcp.PubSub.Topic(topic.Name, arguments, Own);
    }

    // Pulumi adds a random suffix to the name, because Google does not free the name of a deleted queue for up to three days:
    // https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues/delete
    private Gcp.CloudTasks.Queue DeclareQueue(Queue queue, int shard, CloudFunction? handler, StackSettings settings) => new(
        FormattableString.Invariant($"{queue.Name}-{shard}"),
        new()
        {
            Location = settings.Home,
            RateLimits = new QueueRateLimitsArgs
            {
                MaxDispatchesPerSecond = queue.MaxDispatchesPerSecond,
                MaxConcurrentDispatches = handler is null
                    ? queue.MaxConcurrentDispatches
                    : Math.Min(queue.MaxConcurrentDispatches, Capacity(settings.SizeOf(handler), settings) / queue.Shards),
            },
            RetryConfig = new QueueRetryConfigArgs
            {
                MaxAttempts = queue.MaxDispatches, MinBackoff = Seconds(queue.MinBackoff), MaxBackoff = Seconds(queue.MaxBackoff),
            },
            StackdriverLoggingConfig = new QueueStackdriverLoggingConfigArgs { SamplingRatio = 0.01 },
        },
        Own);

    // Cloud Run rejects further calls, and each rejection counts as an attempt of the task.
    private static int Capacity(Size size, StackSettings settings) => settings.MaxInstances(size) * size.Concurrency;

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.###}s");
}
