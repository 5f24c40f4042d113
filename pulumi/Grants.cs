using Pulumi;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>Who may do what: the least roles that a row's adapters work with, each on the one thing it is for.</summary>
internal sealed class Grants(FunctionRow row, Input<string> member, FunctionContext context, CustomResourceOptions options)
{
    /// <summary>Grants them.</summary>
    public IReadOnlyList<Resource> Make() => [.. Database(), .. Objects(), .. Topics(), .. Queues(), .. Secrets()];

    private IEnumerable<Resource> Database()
    {
        if (row.Needs.Database == Access.None) yield break;
        yield return new Gcp.Spanner.DatabaseIAMMember(
            $"{row.Name}-database",
            new()
            {
                Instance = context.Data.Database.Instance,
                Database = context.Data.DatabaseInUse,
                Role = row.Needs.Database == Access.Write ? "roles/spanner.databaseUser" : "roles/spanner.databaseReader",
                Member = member,
            },
            options);
    }

    // Several kinds of objects may be in one bucket: it is granted what the widest of them needs.
    private IEnumerable<Resource> Objects() => row.Needs.Objects.GroupBy(kind => context.Data.BucketOf(kind.Key)).Select(bucket => (Resource)new Gcp.Storage.BucketIAMMember(
        $"{row.Name}-{bucket.Key.GetResourceName()}",
        new()
        {
            Bucket = bucket.Key.Name,
            Role = bucket.Max(kind => kind.Value) == Access.Write ? "roles/storage.objectUser" : "roles/storage.objectViewer",
            Member = member,
        },
        options));

    private IEnumerable<Resource> Topics() => row.Publishes.Select(topic => (Resource)new Gcp.PubSub.TopicIAMMember(
        $"{row.Name}-{topic.Name}", new() { Topic = context.Messaging.Topics[topic.Name].Name, Role = "roles/pubsub.publisher", Member = member }, options));

    private IEnumerable<Resource> Queues()
    {
        foreach (var queue in row.Needs.Enqueues.SelectMany(queue => context.Messaging.Queues[queue.Name]))
            yield return new Gcp.CloudTasks.QueueIamMember(
                $"{row.Name}-{queue.GetResourceName()}",
                new() { Name = queue.Name, Location = queue.Location, Role = "roles/cloudtasks.enqueuer", Member = member },
                options);
        // A task carries the token of the account that dispatches it, and who adds one must be allowed to hand that out.
        if (row.Needs.Enqueues.Length > 0)
            yield return new Gcp.ServiceAccount.IAMMember(
                $"{row.Name}-task-dispatcher", new() { ServiceAccountId = context.Identity.Tasks.Name, Role = "roles/iam.serviceAccountUser", Member = member }, options);
    }

    private IEnumerable<Resource> Secrets() => row.Needs.SigningKeys
        ? context.Identity.CdnKeys.Select(key => (Resource)new Gcp.SecretManager.SecretIamMember(
            $"{row.Name}-{key.Name}", new() { SecretId = key.Secret.SecretId, Role = "roles/secretmanager.secretAccessor", Member = member }, options))
        : [];
}
