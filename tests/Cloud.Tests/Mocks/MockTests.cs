using System.Collections.Immutable;
using System.Text.Json;
using Pulumi;
using Pulumi.Testing;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>The mocks reject what Google rejects.</summary>
public sealed class MockTests
{
    [Theory]
    [InlineData("storage/bucket:Bucket", """{"name":"example-b","publicAccessPrevention":"yes"}""", "publicAccessPrevention is 'yes'")]
    [InlineData("storage/bucket:Bucket", """{"name":"Example"}""", "name is 'Example'")]
    [InlineData(
        "storage/bucket:Bucket",
        """{"name":"example-b","autoclass":{"enabled":true},"lifecycleRules":[{"action":{"type":"SetStorageClass"}}]}""",
        "not both")]
    [InlineData(
        "cloudrunv2/service:Service",
        """{"name":"f","template":{"containers":[{"image":"functions"}]}}""",
        "image is 'functions'")]
    [InlineData(
        "cloudrunv2/service:Service",
        """{"name":"f","template":{"maxInstanceRequestConcurrency":2000}}""",
        "is 2000, not 1 to 1000")]
    [InlineData(
        "cloudrunv2/service:Service",
        """{"name":"f","template":{"containers":[{"resources":{"limits":{"cpu":"4","memory":"512Mi"}}}]}}""",
        "require 2048 to 16384 MiB")]
    [InlineData(
        "cloudrunv2/service:Service",
        """{"name":"f","template":{"containers":[{"resources":{"limits":{"cpu":"3","memory":"1Gi"}}}]}}""",
        "3 cores are not available")]
    [InlineData(
        "cloudrunv2/service:Service",
        """{"name":"f","template":{"containers":[{"resources":{"limits":{"cpu":"0.5","memory":"512Mi"}}}]}}""",
        "one request at a time")]
    [InlineData(
        "cloudrunv2/service:Service",
        """{"name":"f","template":{"scaling":{"minInstanceCount":10,"maxInstanceCount":5}}}""",
        "minimum of 10 instances")]
    [InlineData(
        "cloudrunv2/service:Service",
        """{"name":"f","template":{"containers":[{"envs":[{"name":"A","value":"1"},{"name":"A","valueSource":{}}]}]}}""",
        "the variable A is declared twice")]
    [InlineData(
        "spanner/instance:Instance",
        """{"name":"spanner","config":"regional-x","processingUnits":100,"autoscalingConfig":{}}""",
        "processingUnits and autoscalingConfig exclude")]
    [InlineData("spanner/instance:Instance", """{"name":"spanner","config":"regional-x"}""", "has none of processingUnits")]
    [InlineData("spanner/instance:Instance", """{"name":"spanner","config":"regional-x","processingUnits":150}""", "150 units")]
    [InlineData(
        "spanner/instance:Instance",
        """
        {"name":"spanner","config":"regional-x",
          "autoscalingConfig":{"autoscalingLimits":{"minProcessingUnits":100,"maxProcessingUnits":900}}}
        """,
        "cannot autoscale from 100")]
    [InlineData(
        "spanner/instance:Instance",
        """{"name":"spanner","config":"nam3","processingUnits":1000,"edition":"ENTERPRISE"}""",
        "ENTERPRISE_PLUS")]
    [InlineData(
        "spanner/backupSchedule:BackupSchedule",
        """{"name":"nightly","fullBackupSpec":{},"incrementalBackupSpec":{}}""",
        "exclude each other")]
    [InlineData(
        "spanner/backupSchedule:BackupSchedule",
        """{"name":"nightly","fullBackupSpec":{},"spec":{"cronSpec":{"text":"0 2 * * 1-6"}}}""",
        "spec.cronSpec.text is '0 2 * * 1-6'")]
    [InlineData("compute/uRLMap:URLMap", """{"name":"m","defaultService":"a","defaultUrlRedirect":{}}""", "exclude each other")]
    [InlineData(
        "compute/uRLMap:URLMap",
        """
        {"name":"m","defaultService":"a","pathMatchers":[{"defaultService":"a","routeRules":[
          {"priority":1,"service":"a","matchRules":[{"fullPathMatch":"/a","prefixMatch":"/"}]}]}]}
        """,
        "exclude each other")]
    [InlineData(
        "compute/uRLMap:URLMap",
        """
        {"name":"m","defaultService":"a","pathMatchers":[{"defaultService":"a","routeRules":[
          {"priority":1,"service":"a"},{"priority":1,"service":"a"}]}]}
        """,
        "priority is 1 twice")]
    [InlineData(
        "compute/uRLMap:URLMap",
        """
        {"name":"m","defaultService":"a","pathMatchers":[{"defaultService":"a","routeRules":[
          {"priority":1,"service":"a","matchRules":[{"pathTemplateMatch":"/a/*"}],
          "routeAction":{"urlRewrite":{"pathTemplateRewrite":"/b"}}}]}]}
        """,
        "not a template with a variable")]
    [InlineData(
        "compute/uRLMap:URLMap",
        """
        {"name":"m","defaultService":"a","pathMatchers":[{"defaultService":"a","routeRules":[
          {"priority":1,"service":"a","matchRules":[{"pathTemplateMatch":"/**/a"}]}]}]}
        """,
        "pathTemplateMatch is '/**/a'")]
    [InlineData(
        "compute/uRLMap:URLMap",
        """
        {"name":"m","defaultService":"a","pathMatchers":[{"defaultService":"a","routeRules":[
          {"priority":1,"service":"a","matchRules":[{"pathTemplateMatch":"/*/*/*/*/*/*"}]}]}]}
        """,
        "pathTemplateMatch is '/*/*")]
    [InlineData(
        "compute/backendBucket:BackendBucket",
        """{"name":"b","cdnPolicy":{"cacheMode":"CACHE_ALL_STATIC"}}""",
        "requires enableCdn")]
    [InlineData(
        "compute/backendBucket:BackendBucket",
        """{"name":"b","enableCdn":true,"cdnPolicy":{"cacheMode":"USE_ORIGIN_HEADERS","defaultTtl":5}}""",
        "cannot be combined with USE_ORIGIN_HEADERS")]
    [InlineData(
        "compute/backendBucket:BackendBucket",
        """{"name":"b","enableCdn":true,"cdnPolicy":{"cacheMode":"FORCE_CACHE_ALL","defaultTtl":99999999}}""",
        "cdnPolicy.defaultTtl is 99999999")]
    [InlineData(
        "compute/backendBucketSignedUrlKey:BackendBucketSignedUrlKey",
        """{"name":"k","keyValue":"c2hvcnQ="}""",
        "does not have 16 bytes")]
    [InlineData(
        "compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
        """{"name":"g","cloudRun":{},"cloudFunction":{}}""",
        "exclude each other")]
    [InlineData("compute/globalAddress:GlobalAddress", """{"name":"An address"}""", "name is 'An address'")]
    [InlineData(
        "compute/securityPolicy:SecurityPolicy",
        """{"name":"p","rules":[{"priority":1,"action":"allow","match":{"expr":{}}}]}""",
        "must be resources of their own")]
    [InlineData(
        "compute/securityPolicyRule:SecurityPolicyRule",
        """{"securityPolicy":"p","priority":1,"action":"deny","match":{"expr":{}}}""",
        "action is 'deny'")]
    [InlineData(
        "compute/securityPolicyRule:SecurityPolicyRule",
        """{"securityPolicy":"p","priority":1,"action":"throttle","match":{"expr":{}}}""",
        "has no rateLimitOptions")]
    [InlineData(
        "compute/securityPolicyRule:SecurityPolicyRule",
        """
        {"securityPolicy":"p","priority":1,"action":"throttle","match":{"expr":{}},
          "rateLimitOptions":{"rateLimitThreshold":{"count":1,"intervalSec":7}}}
        """,
        "an interval is not one")]
    [InlineData(
        "compute/securityPolicyRule:SecurityPolicyRule",
        """
        {"securityPolicy":"p","priority":1,"action":"allow","match":{"expr":{}},
          "preconfiguredWafConfig":{"exclusions":[{"requestUris":[{},{},{},{},{},{},{},{},{},{},{}]}]}}
        """,
        "more than 10 fields of a kind")]
    [InlineData("secretmanager/secret:Secret", """{"secretId":"s","replication":{"auto":{},"userManaged":{}}}""", "exclude each other")]
    [InlineData("serviceaccount/account:Account", """{"accountId":"short"}""", "accountId has 5 bytes, not 6 to 30")]
    [InlineData("pubsub/topic:Topic", """{"name":"google-things"}""", "name is 'google-things'")]
    [InlineData("pubsub/subscription:Subscription", """{"name":"sub","ackDeadlineSeconds":5}""", "ackDeadlineSeconds is 5")]
    [InlineData(
        "pubsub/subscription:Subscription",
        """{"name":"sub","deadLetterPolicy":{"maxDeliveryAttempts":3}}""",
        "maxDeliveryAttempts is 3")]
    [InlineData("pubsub/subscription:Subscription", """{"name":"sub","pushConfig":{},"bigqueryConfig":{}}""", "exclude each other")]
    [InlineData("cloudtasks/queue:Queue", """{"name":"q","rateLimits":{"maxDispatchesPerSecond":501}}""", "maxDispatchesPerSecond is 501")]
    [InlineData("cloudscheduler/job:Job", """{"name":"j","schedule":"daily","httpTarget":{}}""", "schedule is 'daily'")]
    [InlineData("cloudscheduler/job:Job", """{"name":"j","schedule":"0 2 * * *"}""", "has none of appEngineHttpTarget, httpTarget")]
    [InlineData("kms/keyRing:KeyRing", """{"name":"r","location":"eu"}""", "location is 'eu'")]
    [InlineData("storage/bucketObject:BucketObject", """{"name":"o","bucket":"b"}""", "has none of content, source")]
    [InlineData(
        "storage/bucketIAMMember:BucketIAMMember",
        """{"bucket":"b","member":"someone","role":"roles/storage.objectViewer"}""",
        "member is 'someone'")]
    [InlineData("projects/iAMMember:IAMMember", """{"project":"p","member":"allUsers","role":"objectViewer"}""", "role is 'objectViewer'")]
    [InlineData(
        "monitoring/alertPolicy:AlertPolicy",
        """{"conditions":[{"conditionThreshold":{},"conditionAbsent":{}}]}""",
        "exclude each other")]
    [InlineData(
        "monitoring/alertPolicy:AlertPolicy",
        """
        {"conditions":[
          {"conditionThreshold":{"filter":"select_slo_burn_rate(\"projects/p/services/s/serviceLevelObjectives/o\", \"259200s\")"}}]}
        """,
        "looks back more than a day")]
    public async Task Invalid_inputs_are_rejected(string type, string inputs, string error)
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            DeclareAsync(new CloudMocks("example"), "gcp:" + type, "it", inputs));

        Assert.StartsWith($"gcp:{type} it: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(error, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outputs_are_members_of_the_schema_and_secret_if_the_provider_says_so()
    {
        var mocks = new CloudMocks("example");

        var config = await DeclareAsync(mocks, "gcp:identityplatform/config:Config", "listeners", """{"client":{}}""");
        var address = await DeclareAsync(mocks, "gcp:compute/globalAddress:GlobalAddress", "ip", "{}");
        var map = await DeclareAsync(mocks, "gcp:compute/uRLMap:URLMap", "map", """{"defaultService":"s"}""");

        var key = Assert.IsType<Output<string>>(((ImmutableDictionary<string, object>)config["client"])["apiKey"]);
        Assert.True(await Output.IsSecretAsync(key));
        Assert.Equal("203.0.113.7", address["address"]);
        Assert.DoesNotContain("address", map.Keys);
    }

    [Fact]
    public async Task Duplicate_names_are_rejected()
    {
        var mocks = new CloudMocks("example");
        await DeclareAsync(mocks, "gcp:pubsub/topic:Topic", "first", """{"name":"plays"}""");

        var sameResource = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            DeclareAsync(mocks, "gcp:pubsub/topic:Topic", "first", """{"name":"other"}"""));
        Assert.Contains("declares this resource name twice", sameResource.Message, StringComparison.Ordinal);
        var sameName = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            DeclareAsync(mocks, "gcp:pubsub/topic:Topic", "second", """{"name":"plays"}"""));
        Assert.Contains("projects/example/topics/plays already exists", sameName.Message, StringComparison.Ordinal);
        await DeclareAsync(mocks, "gcp:cloudrunv2/service:Service", "f-a", """{"name":"f","location":"us-central1","template":{}}""");
        await DeclareAsync(mocks, "gcp:cloudrunv2/service:Service", "f-b", """{"name":"f","location":"asia-east1","template":{}}""");
    }

    [Theory]
    [InlineData("storage/bucketObject:BucketObject", """{"name":"o","bucket":"none","content":"c"}""", "bucket is 'none'")]
    [InlineData("pubsub/subscription:Subscription", """{"name":"sub","topic":"none"}""", "topic is 'none'")]
    [InlineData(
        "cloudrunv2/serviceIamMember:ServiceIamMember",
        """{"name":"none","member":"allUsers","role":"roles/run.invoker"}""",
        "name is 'none'")]
    [InlineData(
        "projects/iAMMember:IAMMember",
        """{"project":"p","member":"serviceAccount:no@example.iam.gserviceaccount.com","role":"roles/run.invoker"}""",
        "the account no@")]
    [InlineData(
        "cloudscheduler/job:Job",
        """
        {"name":"j","schedule":"0 2 * * *",
          "httpTarget":{
            "uri":"https://none-123456789012.us-central1.run.app/tasks/x","oauthToken":{"serviceAccountEmail":"a"}}}
        """,
        "no service is declared for https://none-")]
    [InlineData(
        "projects/serviceIdentity:ServiceIdentity",
        """{"service":"pubsub.googleapis.com"}""",
        "not granted roles/pubsub.serviceAgent")]
    public async Task References_to_missing_resources_are_rejected(string type, string inputs, string error)
    {
        var mocks = new CloudMocks("example");
        await DeclareAsync(mocks, "gcp:" + type, "it", inputs);

        Assert.Contains(error, Assert.Single(References.Check(mocks.All)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_of_the_wrong_type_and_a_public_grant_on_a_private_bucket_are_rejected()
    {
        var mocks = new CloudMocks("example");
        await DeclareAsync(
            mocks,
            "gcp:compute/securityPolicy:SecurityPolicy",
            "p",
            """{"name":"p","type":"CLOUD_ARMOR"}""");
        await DeclareAsync(
            mocks,
            "gcp:storage/bucket:Bucket",
            "b",
            """{"name":"example-b","location":"US","publicAccessPrevention":"enforced"}""");
        await DeclareAsync(
            mocks,
            "gcp:storage/bucketIAMMember:BucketIAMMember",
            "m",
            """{"bucket":"example-b","member":"allUsers","role":"roles/storage.objectViewer"}""");
        await DeclareAsync(
            mocks,
            "gcp:compute/backendBucket:BackendBucket",
            "bb",
            """
            {
              "name": "bb",
              "bucketName": "example-b",
              "edgeSecurityPolicy": "https://www.googleapis.com/compute/v1/projects/example/global/securityPolicies/p"
            }
            """);

        var errors = References.Check(mocks.All).ToList();
        Assert.Equal(2, errors.Count);
        Assert.Contains(errors, error => error.Contains("not CLOUD_ARMOR_EDGE", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("prevents public access", StringComparison.Ordinal));
    }

    private static async Task<ImmutableDictionary<string, object>> DeclareAsync(
        CloudMocks mocks, string type, string name, string inputs)
    {
        var map = Declared.InputsOf(JsonElement.Parse(inputs));
        var (_, state) = await mocks.NewResourceAsync(new MockResourceArgs { Type = type, Name = name, Inputs = map });
        return (ImmutableDictionary<string, object>)state;
    }
}
