using System.Collections.Immutable;
using Spotify.Cloud.Tests.Mocks;
using Spotify.Domain.Ports;

namespace Spotify.Cloud.Tests;

/// <summary>The functions as they are declared: every one of them, with the roles that its row asks for and no other.</summary>
public sealed class FunctionTests
{
    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Fact]
    public void Every_folder_of_functions_has_a_row()
    {
        var root = SourceArchive.FindRoot(AppContext.BaseDirectory);
        var folders = Directory.EnumerateDirectories(Path.Combine(root, "functions")).Where(folder => Directory.EnumerateFiles(folder, "*.cs").Any()).Select(Path.GetFileName);
        var rows = FunctionTable.All.Append(FunctionTable.AudioIngest).Select(row => row.EntryPoint.Replace("AudioIngest", "Ingest", StringComparison.Ordinal)).ToHashSet();

        Assert.All(folders, folder => Assert.Contains(folder!, rows));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Every_row_is_a_function_where_it_is_to_be(string stack)
    {
        var deployed = await Deployed.To(stack);
        var regions = System.Text.Json.JsonSerializer.Deserialize<string[]>(deployed.Config["spotify:regions"])!;

        var expected = FunctionTable.All.SelectMany(row => (row.IsPublic || row.IsEverywhere ? regions : regions[..1]).Select(region => (row.Name, row.EntryPoint, region)));

        Assert.Equal(
            expected.Order(),
            deployed.Of("cloudfunctionsv2/function").Select(function => (function.Text("name")!, function.Text("buildConfig.entryPoint")!["Spotify.Google.".Length..], function.Text("location")!)).Order());
        Assert.All(deployed.Of("cloudfunctionsv2/function"), function => Assert.Equal("dotnet10", function.Text("buildConfig.runtime")));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_function_is_granted_what_its_row_needs_and_nothing_else(string stack)
    {
        var deployed = await Deployed.To(stack);

        foreach (var row in FunctionTable.All)
        {
            var member = $"serviceAccount:{row.Name}@{deployed.Project}.iam.gserviceaccount.com";
            var granted = deployed.All.Where(grant => grant.Text("member") == member).Select(grant => $"{grant.Text("role")} {On(grant)}");
            Assert.Equal(Expected(row, deployed).Order(StringComparer.Ordinal), granted.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Sources_are_named_after_their_content(string stack)
    {
        var deployed = await Deployed.To(stack);

        Assert.All(deployed.Of("cloudfunctionsv2/function"), function => Assert.Matches("^functions-[0-9a-f]{16}\\.zip$", function.Text("buildConfig.source.storageSource.object")));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Images_are_kept_in_the_functions_own_region_and_the_old_ones_go(string stack)
    {
        var deployed = await Deployed.To(stack);

        Assert.All(deployed.Of("cloudfunctionsv2/function"), function =>
            Assert.Equal($"projects/{deployed.Project}/locations/{function.Text("location")}/repositories/functions", function.Text("buildConfig.dockerRepository")));
        Assert.All(deployed.Of("artifactregistry/repository"), repository => Assert.Equal(["KEEP", "DELETE"], repository.Texts("cleanupPolicies.action")));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task No_function_may_take_more_cores_than_the_quota_leaves(string stack)
    {
        var deployed = await Deployed.To(stack);
        var cores = double.Parse(deployed.Config["spotify:coresPerRegion"], System.Globalization.CultureInfo.InvariantCulture);

        Assert.All(deployed.Of("cloudfunctionsv2/function"), function => Assert.InRange(
            function.Numbers("serviceConfig.maxInstanceCount").Single() * double.Parse(function.Text("serviceConfig.availableCpu")!, System.Globalization.CultureInfo.InvariantCulture), 1, cores));
        Assert.All(deployed.Of("cloudrunv2/service"), service => Assert.InRange(
            service.Numbers("template.scaling.maxInstanceCount").Single() * double.Parse(service.Text("template.containers.resources.limits.cpu")!, System.Globalization.CultureInfo.InvariantCulture), 1, cores));
    }

    [Theory]
    [InlineData("dev+release")]
    [InlineData("prod+release")]
    public async Task A_release_raises_what_listeners_reach_and_warms_the_cdn_before_it(string stack)
    {
        var (ordinary, release) = (await Deployed.To(stack.Split('+')[0]), await Deployed.To(stack));

        foreach (var function in release.Of("cloudfunctionsv2/function"))
        {
            var least = function.Numbers("serviceConfig.minInstanceCount").Single();
            if (FunctionTable.All.Single(row => row.Name == function.Text("name")).IsPublic) Assert.True(least >= 10, function.Name);
        }

        Assert.True(Units(release) > Units(ordinary) || Units(ordinary) >= 3000);
        Assert.Equal(3000, Units(release));
        var regions = System.Text.Json.JsonSerializer.Deserialize<string[]>(release.Config["spotify:regions"])!;
        var jobs = release.Of("cloudscheduler/job").Where(job => job.Name.StartsWith("cdn-warming", StringComparison.Ordinal)).ToList();
        Assert.Equal(["0 2 4 12 *", "30 4 4 12 *"], jobs.Select(job => job.Text("schedule")).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(regions.Order(StringComparer.Ordinal), jobs.Select(job => job.Text("region")).Distinct().Order(StringComparer.Ordinal));
        Assert.All(jobs, job => Assert.Contains("0123456789abcdefghijAB", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(job.Text("httpTarget.body")!)), StringComparison.Ordinal));
        Assert.DoesNotContain(ordinary.Of("cloudscheduler/job"), job => job.Name.StartsWith("cdn-warming", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_key_that_is_named_first_signs_and_both_verify()
    {
        var deployed = await Deployed.To("dev+rotated");

        Assert.Equal(["k1", "k2"], deployed.Of("compute/backendBucketSignedUrlKey").Select(key => key.Text("name")!).Order(StringComparer.Ordinal));
        foreach (var function in deployed.Of("cloudfunctionsv2/function").Where(function => function.Texts("serviceConfig.secretEnvironmentVariables.key").Any()))
        {
            Assert.Equal(("k2", "k1"), (function.Text("serviceConfig.environmentVariables.SigningKeys__0__Name"), function.Text("serviceConfig.environmentVariables.SigningKeys__1__Name")));
            Assert.Equal(
                [("SigningKeys__0__Secret", "cdn-k2"), ("SigningKeys__1__Secret", "cdn-k1")],
                function.Maps("serviceConfig.secretEnvironmentVariables").Select(variable => ((string)variable["key"], (string)variable["secret"])));
        }
    }

    private static IEnumerable<string> Expected(FunctionRow row, Deployed deployed)
    {
        if (row.Needs.Database != Access.None) yield return $"roles/spanner.database{(row.Needs.Database == Access.Write ? "User" : "Reader")} {deployed.Config.GetValueOrDefault("spotify:databaseInUse", "spotify")}";
        var buckets = row.Needs.Objects.GroupBy(kind => kind.Key switch { "images" => "images", "models" => "models", "deadletters" => "archive", _ => "audio" });
        foreach (var bucket in buckets) yield return $"roles/storage.object{(bucket.Any(kind => kind.Value == Access.Write) ? "User" : "Viewer")} {deployed.Project}-{bucket.Key}";
        foreach (var topic in row.Needs.Publishes) yield return $"roles/pubsub.publisher {topic.Name}";
        foreach (var queue in row.Needs.Enqueues)
            for (var i = 0; i < queue.Shards; i++) yield return $"roles/cloudtasks.enqueuer {(queue.Shards == 1 ? queue.Name : $"{queue.Name}-{i}")}";
        if (!row.Needs.Enqueues.IsEmpty) yield return $"roles/iam.serviceAccountUser projects/{deployed.Project}/serviceAccounts/task-dispatcher@{deployed.Project}.iam.gserviceaccount.com";
        if (!row.Needs.SigningKeys) yield break;
        foreach (var key in System.Text.Json.JsonSerializer.Deserialize<string[]>(deployed.Config["spotify:cdnKeyNames"])!) yield return $"roles/secretmanager.secretAccessor cdn-{key}";
    }

    private static string? On(Declared grant) => grant.Module switch
    {
        "spanner/databaseIAMMember" => grant.Text("database"),
        "storage/bucketIAMMember" => grant.Text("bucket"),
        "pubsub/topicIAMMember" => grant.Text("topic"),
        "cloudtasks/queueIamMember" => grant.Text("name"),
        "secretmanager/secretIamMember" => grant.Text("secretId"),
        "serviceaccount/iAMMember" => grant.Text("serviceAccountId"),
        _ => grant.Module,
    };

    private static double Units(Deployed deployed)
    {
        var instance = deployed.Of("spanner/instance").Single();
        return instance.Numbers("processingUnits").Concat(instance.Numbers("autoscalingConfig.autoscalingLimits.minProcessingUnits")).Single();
    }
}
