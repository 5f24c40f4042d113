using Pulumi;
using Spotify.Cloud.Accounts;
using Spotify.Web.Functions;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The roles of a function: the least that its adapters need, each on a single resource.</summary>
/// <param name="function">The function.</param>
/// <param name="account">The name of its service account: <c>projects/{project}/serviceAccounts/{e-mail}</c>.</param>
/// <param name="member">The same account, as a member of policies.</param>
/// <param name="context">The resources of the roles.</param>
/// <param name="options">The options of the roles.</param>
internal sealed class Grants(
    CloudFunction function, Input<string> account, Input<string> member, FunctionContext context, CustomResourceOptions options)
{
    /// <summary>Declares the roles.</summary>
    public IReadOnlyList<Resource> Declare() =>
    [
        .. Database(), .. Objects(), .. Topics(), .. Queues(), .. Warehouse(), .. LiveDocuments(), .. LiveTokens(), .. Accounts(),
        .. Secrets(), .. TrainingJobs(), .. MasterKeys(),
    ];

    private IEnumerable<Resource> Database()
    {
        if (function.Uses.Database == Access.None && !function.Uses.SearchIndex) yield break;
        yield return new Gcp.Spanner.DatabaseIAMMember(
            $"{function.Name}-database",
            new()
            {
                Instance = context.Data.Database.Instance,
                Database = context.Data.DatabaseInUse,
                Role = function.Uses.Database == Access.Write ? "roles/spanner.databaseUser" : "roles/spanner.databaseReader",
                Member = member,
            },
            options);
    }

    // Objects of several kinds may share a bucket, which then gets the widest of their roles.
    private IEnumerable<Resource> Objects() => function.Uses.Objects
        .Select(kind => KeyValuePair.Create(context.Data.BucketOf(kind.Key), kind.Value))
        .Append(KeyValuePair.Create(context.Data.Uploads, function.Uses.Uploads))
        .Where(kind => kind.Value != Access.None)
        .GroupBy(kind => kind.Key)
        .Select(bucket => new Gcp.Storage.BucketIAMMember(
            $"{function.Name}-{bucket.Key.GetResourceName()}",
            new()
            {
                Bucket = bucket.Key.Name,
                Role = bucket.Max(kind => kind.Value) == Access.Write ? "roles/storage.objectUser" : "roles/storage.objectViewer",
                Member = member,
            },
            options));

    private IEnumerable<Resource> Topics() => function.Definition.Publishes.Select(topic => new Gcp.PubSub.TopicIAMMember(
        $"{function.Name}-{topic.Name}",
        new() { Topic = context.Messaging.Topics[topic.Name].Name, Role = "roles/pubsub.publisher", Member = member },
        options));

    private IEnumerable<Resource> Queues()
    {
        foreach (var queue in function.Uses.Enqueues.SelectMany(queue => context.Messaging.Queues[queue.Name]))
        {
            yield return new Gcp.CloudTasks.QueueIamMember(
                $"{function.Name}-{queue.GetResourceName()}",
                new() { Name = queue.Name, Location = queue.Location, Role = "roles/cloudtasks.enqueuer", Member = member },
                options);
        }

        // A task carries a token of the dispatcher's account, so adding a task requires the right to act as that account.
        if (function.Uses.Enqueues.Count == 0) yield break;
        yield return new Gcp.ServiceAccount.IAMMember(
            $"{function.Name}-task-dispatcher",
            new() { ServiceAccountId = context.Identity.Tasks.Name, Role = "roles/iam.serviceAccountUser", Member = member },
            options);
    }

    private IEnumerable<Resource> Warehouse()
    {
        if (function.Uses.Warehouse == Access.None) yield break;
        var role = function.Uses.Warehouse == Access.Write ? "roles/bigquery.dataEditor" : "roles/bigquery.dataViewer";
        yield return new Gcp.BigQuery.DatasetIamMember(
            $"{function.Name}-warehouse", new() { DatasetId = context.Warehouse.DatasetId, Role = role, Member = member }, options);
        // Queries run as jobs, which belong to the project.
        yield return Project("warehouse-queries", "roles/bigquery.jobUser");
    }

    private IEnumerable<Resource> LiveDocuments() => function.Uses.LiveDocuments switch
    {
        Access.None => [],
        Access.Read => [Project("live-documents", "roles/datastore.viewer")],
        _ => [Project("live-documents", "roles/datastore.user")],
    };

    // The function signs as itself. The role is granted on its own account only.
    private IEnumerable<Resource> LiveTokens()
    {
        if (!function.Uses.LiveTokens) yield break;
        _ = context.Services.Enable("iamcredentials");
        yield return new Gcp.ServiceAccount.IAMMember(
            $"{function.Name}-live-tokens",
            new() { ServiceAccountId = account, Role = "roles/iam.serviceAccountTokenCreator", Member = member },
            options);
    }

    // Looks up whether listeners' accounts are disabled, or deletes them. Signing in requires no role: the API key identifies the project.
    private IEnumerable<Resource> Accounts() => function.Uses.SignIn switch
    {
        Access.None => [],
        Access.Read => [Project("account-states", "roles/firebaseauth.viewer")],
        _ => [Project("account-removals", ListenerAccounts.RemoverOf(context.Settings.Project))],
    };

    private IEnumerable<Resource> Secrets() => context.Identity.KeysOf(function.Uses).Select(
        read => new Gcp.SecretManager.SecretIamMember(
            $"{function.Name}-{read.Key.Grant}",
            new() { SecretId = read.Key.Secret.SecretId, Role = "roles/secretmanager.secretAccessor", Member = member },
            options));

    private IEnumerable<Resource> MasterKeys()
    {
        if (!function.Uses.MasterKeys) yield break;
        yield return new Gcp.Kms.CryptoKeyIAMMember(
            $"{function.Name}-master-keys",
            new() { CryptoKeyId = context.Accounts.MasterKey, Role = "roles/cloudkms.cryptoKeyDecrypter", Member = member },
            options);
    }

    // The name of a run is an override. The second role lists executions.
    private IEnumerable<Resource> TrainingJobs() =>
        from role in function.Uses.TrainingJobs ? (string[])["jobsExecutorWithOverrides", "viewer"] : []
        let job = context.TrainingJob ?? throw new RunException($"{function.Name} starts trainings, and there is no job.")
        select new Gcp.CloudRunV2.JobIamMember(
            $"{function.Name}-{Training.Name}-{role}",
            new() { Project = job.Project, Location = job.Location, Name = job.Name, Role = $"roles/run.{role}", Member = member },
            options);

    private Gcp.Projects.IAMMember Project(string name, string role) =>
        new($"{function.Name}-{name}", new() { Project = context.Settings.Project, Role = role, Member = member }, options);
}
