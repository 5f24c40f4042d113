using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>Names that resources give of others: each must be one that the program declares.</summary>
internal static partial class References
{
    private const string Links =
        """
        cloudfunctionsv2/function     buildConfig.dockerRepository                     artifactregistry/repository
        cloudfunctionsv2/function     buildConfig.serviceAccount                       serviceaccount/account
        cloudfunctionsv2/function     buildConfig.source.storageSource.bucket          storage/bucket
        cloudfunctionsv2/function     buildConfig.source.storageSource.object          storage/bucketObject
        cloudfunctionsv2/function     serviceConfig.secretEnvironmentVariables.secret  secretmanager/secret
        cloudfunctionsv2/function     serviceConfig.serviceAccountEmail                serviceaccount/account
        cloudrunv2/service            template.serviceAccount                          serviceaccount/account
        cloudrunv2/serviceIamMember   name                                             cloudfunctionsv2/function|cloudrunv2/service
        cloudscheduler/job            httpTarget.oidcToken.serviceAccountEmail         serviceaccount/account
        cloudtasks/queueIamMember     name                                             cloudtasks/queue
        compute/backendBucket         bucketName                                       storage/bucket
        compute/backendBucket         edgeSecurityPolicy                               compute/securityPolicy
        compute/backendBucketSignedUrlKey backendBucket                                compute/backendBucket
        compute/backendService        backends.group                                   compute/regionNetworkEndpointGroup
        compute/backendService        edgeSecurityPolicy                               compute/securityPolicy
        compute/backendService        securityPolicy                                   compute/securityPolicy
        compute/globalForwardingRule  target                                           compute/targetHttpProxy|compute/targetHttpsProxy
        compute/regionNetworkEndpointGroup cloudRun.service                            cloudfunctionsv2/function|cloudrunv2/service
        compute/targetHttpProxy       urlMap                                           compute/uRLMap
        compute/targetHttpsProxy      sslCertificates                                  compute/managedSslCertificate
        compute/targetHttpsProxy      sslPolicy                                        compute/sSLPolicy
        compute/targetHttpsProxy      urlMap                                           compute/uRLMap
        compute/uRLMap                defaultService                                   compute/backendService|compute/backendBucket
        compute/uRLMap                pathMatchers.defaultService                      compute/backendService|compute/backendBucket
        compute/uRLMap                pathMatchers.routeRules.service                  compute/backendService|compute/backendBucket
        eventarc/trigger              destination.cloudRunService.service              cloudrunv2/service
        eventarc/trigger              serviceAccount                                   serviceaccount/account
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
        """;

    private static readonly string[] Names = ["name", "email", "selfLink", "secretId"];

    private static readonly ILookup<string, (string Path, string[] Targets)> ByType = Links.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToLookup(row => row[0], row => (row[1], row[2].Split('|')));

    /// <summary>What is wrong with all of them together.</summary>
    /// <param name="there">What is there and the program does not declare, by module and name.</param>
    public static IEnumerable<string> Check(ImmutableArray<Declared> all, params IEnumerable<(string Module, string Name)> there)
    {
        var names = all.SelectMany(target => Known(target).Select(name => (target.Module, name))).Concat(there).ToHashSet();
        return
        [
            .. from resource in all
               from row in ByType[resource.Module]
               from name in resource.Texts(row.Path)
               where !row.Targets.Any(target => names.Contains((target, name)))
               select $"{resource}: {row.Path} is '{name}', and there is no such {string.Join(" or ", row.Targets)}.",
            .. all.SelectMany(resource => Members(resource, names)), .. all.SelectMany(resource => Services(resource, all)), .. all.SelectMany(resource => Policies(resource, all)),
            .. Public(all), .. Agents(all),
        ];
    }

    /// <summary>What refers to what: by a name, by an address on Cloud Run, or by waiting for it.</summary>
    public static IEnumerable<(Declared From, Declared To)> Edges(ImmutableArray<Declared> all)
    {
        var byName = all.SelectMany(target => Known(target).Select(name => ((target.Module, name), target))).DistinctBy(entry => entry.Item1).ToDictionary(entry => entry.Item1, entry => entry.target);
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
                     where target.Module == "cloudfunctionsv2/function" && RunPattern().Match(url).Groups["name"].Value == target.Text("name")
                     select (resource, target);
        var awaited = from resource in all from other in resource.WaitsFor select (resource, byKey[other]);
        return named.Concat(called).Concat(awaited);
    }

    private static IEnumerable<string> Known(Declared target) => Names.Select(name => target.State.GetValueOrDefault(name)).OfType<string>().Append(target.Id);

    // An account of the project is one that the program makes; accounts of Google's services have the project's number.
    private static IEnumerable<string> Members(Declared resource, HashSet<(string, string)> names) =>
        from member in resource.Texts("member")
        let account = AccountPattern().Match(member)
        where account.Success && !account.Groups["name"].Value.StartsWith($"service-{CloudMocks.ProjectNumber}@", StringComparison.Ordinal) && !names.Contains(("serviceaccount/account", account.Groups["name"].Value))
        select $"{resource}: there is no account {account.Groups["name"].Value}.";

    // Addresses on Cloud Run are put together from the names of functions before these are there.
    private static IEnumerable<string> Services(Declared resource, ImmutableArray<Declared> all) =>
        from url in resource.Texts("httpTarget.uri").Concat(resource.Texts("httpTarget.oidcToken.audience")).Concat(resource.Texts("pushConfig.pushEndpoint")).Concat(resource.Texts("pushConfig.oidcToken.audience"))
        let found = RunPattern().Match(url)
        where !found.Success || !all.Any(target => target.Module is "cloudfunctionsv2/function" or "cloudrunv2/service"
            && target.Text("name") == found.Groups["name"].Value && target.Text("location") == found.Groups["region"].Value)
        select $"{resource}: nothing answers at {url}.";

    private static IEnumerable<string> Policies(Declared resource, ImmutableArray<Declared> all) =>
        from use in new[] { ("securityPolicy", "CLOUD_ARMOR"), ("edgeSecurityPolicy", "CLOUD_ARMOR_EDGE") }
        from link in resource.Texts(use.Item1)
        from policy in all.Where(policy => policy.Module == "compute/securityPolicy" && policy.State["selfLink"] is string own && own == link)
        where policy.Text("type") != use.Item2
        select $"{resource}: {use.Item1} is of type {policy.Text("type")}, not {use.Item2}.";

    private static IEnumerable<string> Public(ImmutableArray<Declared> all) =>
        from grant in all.Where(grant => grant.Module == "storage/bucketIAMMember" && grant.Text("member") is "allUsers" or "allAuthenticatedUsers")
        where all.Any(bucket => bucket.Module == "storage/bucket" && bucket.Text("name") == grant.Text("bucket") && bucket.Text("publicAccessPrevention") == "enforced")
        select $"{grant}: the bucket keeps the public out.";

    // https://cloud.google.com/iam/docs/create-service-agents: an agent that was asked for is not granted what Google grants others by itself.
    private static IEnumerable<string> Agents(ImmutableArray<Declared> all) =>
        from agent in all
        where agent.Module == "projects/serviceIdentity"
        let role = $"roles/{agent.Text("service")!.Split('.')[0]}.serviceAgent"
        where !all.Any(grant => grant.Module == "projects/iAMMember" && grant.Text("role") == role && grant.Text("member") == (string?)agent.State["member"])
        select $"{agent}: it is not granted {role}.";

    [GeneratedRegex("^serviceAccount:(?<name>[^@]+@.+)$")]
    private static partial Regex AccountPattern();

    [GeneratedRegex($"^https://(?<name>[a-z0-9-]+)-{CloudMocks.ProjectNumber}\\.(?<region>[a-z0-9-]+)\\.run\\.app(/|$)")]
    private static partial Regex RunPattern();
}
