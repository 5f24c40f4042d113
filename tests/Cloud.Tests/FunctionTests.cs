using System.Globalization;
using System.Text;
using System.Text.Json;
using Spotify.Cloud.Tests.Mocks;
using Spotify.Web.Functions;

namespace Spotify.Cloud.Tests;

/// <summary>The declared functions, with exactly the roles that their definitions require.</summary>
public sealed class FunctionTests
{
    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Fact]
    public void Every_folder_of_functions_has_a_definition_of_the_same_name()
    {
        var root = SourceArchive.FindRoot(AppContext.BaseDirectory);
        var folders = Directory.EnumerateDirectories(Path.Combine(root, "functions"))
            .Where(folder => Directory.EnumerateFiles(folder, "*.cs").Any())
            .Select(folder => Path.GetFileName(folder));

        var definitions = CloudFunction.All.Select(function => function.Definition.EntryPoint);

        Assert.Equal(folders.Order(StringComparer.Ordinal), definitions.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Every_definition_is_deployed_in_its_regions(string stack)
    {
        var deployed = await Deployed.To(stack);
        var regions = Strings(deployed, "regions");

        var expected =
            from function in CloudFunction.All
            where !function.IsContainer
            from region in function.IsPublic || function.Definition.InEveryRegion ? regions : regions[..1]
            select (function.Name, "Spotify.Google." + function.Definition.EntryPoint, region);

        var declared = deployed.Of("cloudfunctionsv2/function").ToList();
        Assert.Equal(
            expected.Order(),
            declared
                .Select(function => (function.Text("name")!, function.Text("buildConfig.entryPoint")!, function.Text("location")!))
                .Order());
        Assert.All(declared, function => Assert.Equal("dotnet10", function.Text("buildConfig.runtime")));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_function_has_the_roles_that_its_definition_requires_and_no_others(string stack)
    {
        var deployed = await Deployed.To(stack);

        // The container is deployed once its image has been pushed.
        foreach (var function in CloudFunction.All.Where(function => !function.IsContainer || deployed.Of("cloudrunv2/service").Any()))
        {
            var member = $"serviceAccount:{function.Name}@{deployed.Project}.iam.gserviceaccount.com";
            var granted = deployed.All
                .Where(grant => grant.Text("member") == member)
                .Select(grant => $"{grant.Text("role")} {ResourceOf(grant)}");
            Assert.Equal(ExpectedRoles(function, deployed).Order(StringComparer.Ordinal), granted.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Source_archives_are_named_after_their_content(string stack) => Assert.All(
        (await Deployed.To(stack)).Of("cloudfunctionsv2/function"),
        function => Assert.Matches("^functions-[0-9a-f]{16}\\.zip$", function.Text("buildConfig.source.storageSource.object")));

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Images_are_in_the_region_of_the_function_and_old_ones_are_deleted(string stack)
    {
        var deployed = await Deployed.To(stack);

        Assert.All(deployed.Of("cloudfunctionsv2/function"), function => Assert.Equal(
            $"projects/{deployed.Project}/locations/{function.Text("location")}/repositories/functions",
            function.Text("buildConfig.dockerRepository")));
        Assert.All(
            deployed.Of("artifactregistry/repository"),
            repository => Assert.Equal(["KEEP", "DELETE"], repository.Texts("cleanupPolicies.action")));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task No_function_scales_to_more_cores_than_the_quota(string stack)
    {
        var deployed = await Deployed.To(stack);
        var quota = Number(deployed.Config["spotify:coresPerRegion"]);

        Assert.All(deployed.Of("cloudfunctionsv2/function"), function => Assert.InRange(
            function.Numbers("serviceConfig.maxInstanceCount").Single() * Number(function.Text("serviceConfig.availableCpu")), 1, quota));
        Assert.All(deployed.Of("cloudrunv2/service"), service => Assert.InRange(
            service.Numbers("template.scaling.maxInstanceCount").Single()
                * Number(service.Text("template.containers.resources.limits.cpu")),
            1,
            quota));
    }

    [Theory]
    [InlineData("dev", 0)]
    [InlineData("prod", 1)]
    public async Task Playback_keeps_warm_instances_in_every_region_if_the_stack_sets_them(string stack, int instances)
    {
        var functions = (await Deployed.To(stack)).Of("cloudfunctionsv2/function").ToList();

        Assert.All(functions, function => Assert.Equal(
            function.Text("name") == "playback" ? instances : 0, function.Numbers("serviceConfig.minInstanceCount").Single()));
        Assert.Contains(functions, function => function.Text("name") == "playback");
    }

    [Theory]
    [InlineData("dev+release")]
    [InlineData("prod+release")]
    public async Task A_release_scales_up_public_functions_and_the_database_and_warms_the_cdn(string stack)
    {
        var (ordinary, release) = (await Deployed.To(stack.Split('+')[0]), await Deployed.To(stack));

        foreach (var function in release.Of("cloudfunctionsv2/function"))
        {
            var minInstances = function.Numbers("serviceConfig.minInstanceCount").Single();
            if (CloudFunction.All.Single(definition => definition.Name == function.Text("name")).IsPublic)
                Assert.True(minInstances >= 10, function.Name);
        }

        Assert.True(Units(release) > Units(ordinary) || Units(ordinary) >= 3000);
        Assert.Equal(3000, Units(release));
        var jobs = WarmingJobs(release);
        Assert.Equal(["0 2 4 12 *", "30 4 4 12 *"], jobs.Select(job => job.Text("schedule")).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(
            Strings(release, "regions").Order(StringComparer.Ordinal),
            jobs.Select(job => job.Text("region")).Distinct().Order(StringComparer.Ordinal));
        Assert.All(jobs, job => Assert.Contains(
            "0123456789abcdefghijAB", Encoding.UTF8.GetString(Convert.FromBase64String(job.Text("httpTarget.body")!))));
        Assert.Empty(WarmingJobs(ordinary));
    }

    [Fact]
    public async Task The_first_key_signs_and_all_keys_verify()
    {
        var deployed = await Deployed.To("dev+rotated");

        Assert.Equal(
            ["k1", "k2"],
            deployed.Of("compute/backendBucketSignedUrlKey").Select(key => key.Text("name")!).Order(StringComparer.Ordinal));
        var signing = deployed.Of("cloudfunctionsv2/function")
            .Where(function => function.Texts("serviceConfig.secretEnvironmentVariables.key").Any());
        foreach (var function in signing)
        {
            Assert.Equal("k2", function.Text("serviceConfig.environmentVariables.SigningKeys__0__Name"));
            Assert.Equal("k1", function.Text("serviceConfig.environmentVariables.SigningKeys__1__Name"));
            Assert.Equal(
                [("SigningKeys__0__Secret", "cdn-k2"), ("SigningKeys__1__Secret", "cdn-k1")],
                function.Maps("serviceConfig.secretEnvironmentVariables")
                    .Select(variable => ((string)variable["key"], (string)variable["secret"])));
        }
    }

    private static IEnumerable<string> ExpectedRoles(CloudFunction function, Deployed deployed)
    {
        var (uses, project) = (function.Uses, deployed.Project);
        if (uses.Database != Access.None)
        {
            var role = uses.Database == Access.Write ? "databaseUser" : "databaseReader";
            yield return $"roles/spanner.{role} {deployed.Config.GetValueOrDefault("spotify:databaseInUse", "spotify")}";
        }

        foreach (var bucket in uses.Objects.GroupBy(kind => BucketOf(kind.Key)))
        {
            var role = bucket.Any(kind => kind.Value == Access.Write) ? "objectUser" : "objectViewer";
            yield return $"roles/storage.{role} {project}-{bucket.Key}";
        }

        if (function.Caller == Caller.Uploads) yield return $"roles/storage.objectViewer {project}-uploads";
        foreach (var topic in uses.Publishes) yield return $"roles/pubsub.publisher {topic.Name}";
        foreach (var queue in uses.Enqueues)
            for (var shard = 0; shard < queue.Shards; shard++) yield return $"roles/cloudtasks.enqueuer {queue.Name}-{shard}";
        if (uses.Enqueues.Count > 0)
        {
            var account = $"projects/{project}/serviceAccounts/task-dispatcher@{project}.iam.gserviceaccount.com";
            yield return $"roles/iam.serviceAccountUser {account}";
        }

        if (!uses.SigningKeys) yield break;
        foreach (var key in Strings(deployed, "cdnKeyNames")) yield return $"roles/secretmanager.secretAccessor cdn-{key}";
    }

    private static string BucketOf(string segment) => segment switch
    {
        "images" => "images",
        "models" => "models",
        "deadletters" => "archive",
        _ => "audio",
    };

    private static string? ResourceOf(Declared grant) => grant.Module switch
    {
        "spanner/databaseIAMMember" => grant.Text("database"),
        "storage/bucketIAMMember" => grant.Text("bucket"),
        "pubsub/topicIAMMember" => grant.Text("topic"),
        "cloudtasks/queueIamMember" => grant.Text("name"),
        "secretmanager/secretIamMember" => grant.Text("secretId"),
        "serviceaccount/iAMMember" => grant.Text("serviceAccountId"),
        _ => grant.Module,
    };

    private static List<Declared> WarmingJobs(Deployed deployed) =>
        [.. deployed.Of("cloudscheduler/job").Where(job => job.Name.StartsWith("cdn-warming", StringComparison.Ordinal))];

    private static string[] Strings(Deployed deployed, string setting) =>
        JsonSerializer.Deserialize<string[]>(deployed.Config[$"spotify:{setting}"])!;

    private static double Number(string? text) => double.Parse(text!, CultureInfo.InvariantCulture);

    private static double Units(Deployed deployed)
    {
        var instance = deployed.Of("spanner/instance").Single();
        return instance.Numbers("processingUnits")
            .Concat(instance.Numbers("autoscalingConfig.autoscalingLimits.minProcessingUnits"))
            .Single();
    }
}
