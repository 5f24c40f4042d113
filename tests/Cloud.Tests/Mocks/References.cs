using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>References between resources, by name or id. Each must refer to a declared resource.</summary>
internal static partial class References
{
    private const string Links =
        """
        artifactregistry/repositoryIamMember repository                                artifactregistry/repository
        cloudrunv2/job                template.template.serviceAccount                 serviceaccount/account
        cloudrunv2/jobIamMember       name                                             cloudrunv2/job
        cloudrunv2/service            template.containers.envs.valueSource.secretKeyRef.secret secretmanager/secret
        cloudrunv2/service            template.serviceAccount                          serviceaccount/account
        cloudrunv2/serviceIamMember   name                                             cloudrunv2/service
        cloudscheduler/job            httpTarget.oidcToken.serviceAccountEmail         serviceaccount/account
        cloudtasks/queueIamMember     name                                             cloudtasks/queue
        compute/backendBucket         bucketName                                       storage/bucket
        compute/backendBucket         edgeSecurityPolicy                               compute/securityPolicy
        compute/backendBucketSignedUrlKey backendBucket                                compute/backendBucket
        compute/backendService        backends.group                                   compute/regionNetworkEndpointGroup
        compute/backendService        edgeSecurityPolicy                               compute/securityPolicy
        compute/backendService        securityPolicy                                   compute/securityPolicy
        compute/globalForwardingRule  target                                           compute/targetHttpProxy|compute/targetHttpsProxy
        compute/regionNetworkEndpointGroup cloudRun.service                            cloudrunv2/service
        compute/securityPolicyRule    securityPolicy                                   compute/securityPolicy
        compute/targetHttpProxy       urlMap                                           compute/uRLMap
        compute/targetHttpsProxy      sslCertificates                                  compute/managedSslCertificate
        compute/targetHttpsProxy      sslPolicy                                        compute/sSLPolicy
        compute/targetHttpsProxy      urlMap                                           compute/uRLMap
        compute/uRLMap                defaultService                                   compute/backendService|compute/backendBucket
        compute/uRLMap                pathMatchers.defaultService                      compute/backendService|compute/backendBucket
        compute/uRLMap                pathMatchers.routeRules.service                  compute/backendService|compute/backendBucket
        kms/cryptoKey                 keyRing                                          kms/keyRing
        kms/cryptoKeyIAMMember        cryptoKeyId                                      kms/cryptoKey
        monitoring/alertPolicy        notificationChannels                             monitoring/notificationChannel
        pubsub/subscription           deadLetterPolicy.deadLetterTopic                 pubsub/topic
        pubsub/subscription           pushConfig.oidcToken.serviceAccountEmail         serviceaccount/account
        pubsub/subscription           topic                                            pubsub/topic
        pubsub/subscriptionIAMMember  subscription                                     pubsub/subscription
        pubsub/topicIAMMember         topic                                            pubsub/topic
        secretmanager/secretIamMember secretId                                         secretmanager/secret
        secretmanager/secretVersion   secret                                           secretmanager/secret
        serviceaccount/iAMMember      serviceAccountId                                 serviceaccount/account
        spanner/backupSchedule        database                                         spanner/database
        spanner/backupSchedule        instance                                         spanner/instance
        spanner/database              instance                                         spanner/instance
        spanner/databaseIAMMember     database                                         spanner/database
        spanner/databaseIAMMember     instance                                         spanner/instance
        storage/bucket                encryption.defaultKmsKeyName                     kms/cryptoKey
        storage/bucketIAMMember       bucket                                           storage/bucket
        storage/bucketObject          bucket                                           storage/bucket
        storage/notification          bucket                                           storage/bucket
        storage/notification          topic                                            pubsub/topic
        """;

    private static readonly string[] NameMembers = ["name", "email", "selfLink", "secretId"];

    private static readonly string[] UrlPaths =
        ["httpTarget.uri", "httpTarget.oidcToken.audience", "pushConfig.pushEndpoint", "pushConfig.oidcToken.audience"];

    private static readonly ILookup<string, (string Path, string[] Targets)> ByType = Table.Rows(Links)
        .ToLookup(row => row[0], row => (row[1], row[2].Split('|')));

    /// <summary>Returns the errors of a deployment.</summary>
    /// <param name="all">The declared resources.</param>
    /// <param name="existing">Resources that exist without being declared, by module and name.</param>
    public static IEnumerable<string> Check(ImmutableArray<Declared> all, params IEnumerable<(string Module, string Name)> existing)
    {
        var names = all.SelectMany(target => NamesOf(target).Select(name => (target.Module, name))).Concat(existing).ToHashSet();
        return
        [
            .. from resource in all
               from row in ByType[resource.Module]
               from name in resource.Texts(row.Path)
               where !row.Targets.Any(target => names.Contains((target, name)))
               select $"{resource}: {row.Path} is '{name}', which is not a declared {string.Join(" or ", row.Targets)}.",
            .. all.SelectMany(resource => Members(resource, names)),
            .. all.SelectMany(resource => Services(resource, all)),
            .. all.SelectMany(resource => Policies(resource, all)),
            .. Public(all),
            .. Agents(all),
        ];
    }

    /// <summary>Returns the dependencies between resources: by name, by Cloud Run URL, and explicit ones.</summary>
    public static IEnumerable<(Declared From, Declared To)> Edges(ImmutableArray<Declared> all)
    {
        var byName = all
            .SelectMany(target => NamesOf(target).Select(name => (Key: (target.Module, name), target)))
            .DistinctBy(entry => entry.Key)
            .ToDictionary(entry => entry.Key, entry => entry.target);
        var byKey = all.ToDictionary(resource => (resource.Type, resource.Name));
        var named = from resource in all
                    from row in ByType[resource.Module]
                    from name in resource.Texts(row.Path)
                    from target in row.Targets
                    where byName.ContainsKey((target, name))
                    select (resource, byName[(target, name)]);
        var called = from resource in all
                     from url in resource.Texts("httpTarget.uri").Concat(resource.Texts("pushConfig.pushEndpoint"))
                     from target in all
                     where target.Module == "cloudrunv2/service"
                     where RunPattern().Match(url).Groups["name"].Value == target.Text("name")
                     select (resource, target);
        var dependencies = from resource in all from other in resource.DependsOn select (resource, byKey[other]);
        return named.Concat(called).Concat(dependencies);
    }

    private static IEnumerable<string> NamesOf(Declared target) =>
        NameMembers.Select(name => target.State.GetValueOrDefault(name)).OfType<string>().Append(target.Id);

    // Service accounts must be declared, except Google's service agents, whose names contain the project number.
    private static IEnumerable<string> Members(Declared resource, HashSet<(string, string)> names) =>
        from member in resource.Texts("member")
        let account = AccountPattern().Match(member)
        where account.Success
        let email = account.Groups["name"].Value
        where !email.StartsWith($"service-{CloudMocks.ProjectNumber}@", StringComparison.Ordinal)
        where !names.Contains(("serviceaccount/account", email))
        select $"{resource}: the account {email} does not exist.";

    // The program builds Cloud Run URLs from the names of functions, so Pulumi cannot check them.
    private static IEnumerable<string> Services(Declared resource, ImmutableArray<Declared> all) =>
        from path in UrlPaths
        from url in resource.Texts(path)
        let match = RunPattern().Match(url)
        where !match.Success || !all.Any(target =>
            target.Module == "cloudrunv2/service"
            && target.Text("name") == match.Groups["name"].Value
            && target.Text("location") == match.Groups["region"].Value)
        select $"{resource}: no service is declared for {url}.";

    private static IEnumerable<string> Policies(Declared resource, ImmutableArray<Declared> all) =>
        from use in new[] { ("securityPolicy", "CLOUD_ARMOR"), ("edgeSecurityPolicy", "CLOUD_ARMOR_EDGE") }
        from link in resource.Texts(use.Item1)
        from policy in all.Where(policy => policy.Module == "compute/securityPolicy" && (string)policy.State["selfLink"] == link)
        where policy.Text("type") != use.Item2
        select $"{resource}: {use.Item1} is of type {policy.Text("type")}, not {use.Item2}.";

    private static IEnumerable<string> Public(ImmutableArray<Declared> all) =>
        from grant in all
        where grant.Module == "storage/bucketIAMMember" && grant.Text("member") is "allUsers" or "allAuthenticatedUsers"
        from bucket in all.Where(bucket => bucket.Module == "storage/bucket" && bucket.Text("name") == grant.Text("bucket"))
        where bucket.Text("publicAccessPrevention") == "enforced"
        select $"{grant}: the bucket prevents public access.";

    // Google grants no role to a service agent that is created explicitly: https://cloud.google.com/iam/docs/create-service-agents
    private static IEnumerable<string> Agents(ImmutableArray<Declared> all) =>
        from agent in all
        where agent.Module == "projects/serviceIdentity"
        let role = $"roles/{agent.Text("service")!.Split('.')[0]}.serviceAgent"
        let member = (string)agent.State["member"]
        where !all.Any(grant => grant.Module == "projects/iAMMember" && grant.Text("role") == role && grant.Text("member") == member)
        select $"{agent}: the agent is not granted {role}.";

    [GeneratedRegex("^serviceAccount:(?<name>[^@]+@.+)$")]
    private static partial Regex AccountPattern();

    [GeneratedRegex($"^https://(?<name>[a-z0-9-]+)-{CloudMocks.ProjectNumber}\\.(?<region>[a-z0-9-]+)\\.run\\.app(/|$)")]
    private static partial Regex RunPattern();
}
