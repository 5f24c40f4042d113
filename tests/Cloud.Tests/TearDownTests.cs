using System.Collections.Immutable;
using Spotify.Cloud.Tests.Mocks;
using Spotify.Web.Functions;

namespace Spotify.Cloud.Tests;

/// <summary>Destroying the main stack and creating it again, every day: no name is used that Google still reserves.</summary>
public sealed class TearDownTests
{
    // The time between `destroy` and `up` (docs/cloud.md).
    private const int DownMinutes = 5;

    // The minutes for which Google reserves the name of a deleted resource, and the inputs that form the name.
    // https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues/delete
    // https://cloud.google.com/firestore/native/docs/manage-databases#delete_a_database
    // https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools/delete
    // https://cloud.google.com/iam/docs/creating-custom-roles#deleting-custom-role
    // https://cloud.google.com/identity-platform/docs/reference/rest/v2/projects.identityPlatform/initializeAuth
    // https://cloud.google.com/kms/docs/resource-hierarchy#life_of_a_resource
    // https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.locations.buckets/delete
    private const string Reserved =
        """
        cloudtasks/queue                  4320      name
        firestore/database                5         name
        iam/workloadIdentityPool          43200     workloadIdentityPoolId
        iam/workloadIdentityPoolProvider  43200     workloadIdentityPoolId  workloadIdentityPoolProviderId
        identityplatform/config           infinite  project
        kms/cryptoKey                     infinite  keyRing  name
        kms/keyRing                       infinite  name
        logging/projectBucketConfig       10080     bucketId
        projects/iAMCustomRole            53280     roleId
        """;

    // Resources whose names are free at once, or that Google names, or that have no name, such as roles.
    private const string Free =
        """
        artifactregistry/repository artifactregistry/repositoryIamMember
        bigquery/dataset bigquery/datasetIamMember bigquery/reservation bigquery/reservationAssignment bigquery/table billing/budget
        cloudrunv2/job cloudrunv2/jobIamMember cloudrunv2/service cloudrunv2/serviceIamMember cloudscheduler/job
        cloudtasks/queueIamMember compute/backendBucket
        compute/backendBucketSignedUrlKey compute/backendService compute/globalAddress compute/globalForwardingRule
        compute/managedSslCertificate compute/regionNetworkEndpointGroup compute/sSLPolicy compute/securityPolicy
        compute/securityPolicyRule compute/targetHttpProxy compute/targetHttpsProxy compute/uRLMap eventarc/trigger firebaserules/release
        firebaserules/ruleset firestore/field firestore/index kms/cryptoKeyIAMMember logging/metric logging/projectExclusion
        monitoring/alertPolicy monitoring/customService monitoring/dashboard monitoring/notificationChannel monitoring/slo
        monitoring/uptimeCheckConfig projects/iAMAuditConfig projects/iAMMember projects/service projects/serviceIdentity pubsub/schema
        pubsub/subscription pubsub/subscriptionIAMMember pubsub/topic pubsub/topicIAMMember secretmanager/secret
        secretmanager/secretIamMember secretmanager/secretVersion serviceaccount/account serviceaccount/iAMMember spanner/backupSchedule
        spanner/database spanner/databaseIAMMember spanner/instance storage/bucket storage/bucketIAMMember storage/bucketObject
        storage/notification
        """;

    private static readonly FunctionDefinition WithQueue = new("example", Caller.Scheduler)
    {
        Uses = new Resources { Enqueues = [new("example", "/tasks/example") { Shards = 2 }] },
    };

    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_stack_can_be_created_again_after_it_was_destroyed(string stack) =>
        Assert.Empty(Collisions((await Deployed.To(stack)).All));

    [Fact]
    public async Task Queues_can_be_created_again()
    {
        var function = await DeclaredFunction.DeclareAsync(WithQueue);

        Assert.Equal(2, function.Count(resource => resource.Module == "cloudtasks/queue"));
        Assert.Empty(Collisions(function));
    }

    [Fact]
    public async Task The_accounts_are_a_stack_of_their_own_because_they_cannot_be_created_again() => Assert.Equal(
        ["iam/workloadIdentityPool", "iam/workloadIdentityPoolProvider", "identityplatform/config", "projects/iAMCustomRole"],
        Collisions((await Deployed.To("Accounts/prod+repository")).All).Select(resource => resource.Module));

    [Theory]
    [InlineData("prod+release+budget+ml")]
    [InlineData("Accounts/prod+repository")]
    public async Task It_is_known_of_every_type_how_long_a_name_stays_reserved(string stack)
    {
        var known = Table.Rows(Free).SelectMany(row => row).Concat(Table.Rows(Reserved).Select(row => row[0])).Append("").ToHashSet();

        Assert.Subset(known, (await Deployed.To(stack)).All.Select(resource => resource.Module).ToHashSet());
    }

    // The resources that would get a name that was used before the stack was destroyed, and is still reserved.
    private static IEnumerable<Declared> Collisions(ImmutableArray<Declared> all)
    {
        var rows = Table.Rows(Reserved).ToDictionary(row => row[0]);
        return all.Where(resource =>
            rows.TryGetValue(resource.Module, out var row)
            && (row[1] == "infinite" || int.Parse(row[1]) > DownMinutes)
            && row[2..].All(input => resource.Text(input) is { } name && !IsUnique(name))
            // Google keeps its own log buckets when they are "deleted".
            && resource.Text("bucketId") is not ("_Default" or "_Required"));

        // Pulumi adds a random suffix to a name that is not an input, and resources in such a resource have another parent.
        bool IsUnique(string name) =>
            all.Any(parent => parent.Id == name && rows.ContainsKey(parent.Module) && parent.Text("name") is null);
    }
}
