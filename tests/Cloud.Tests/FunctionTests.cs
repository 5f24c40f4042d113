using System.Globalization;
using System.Text;
using System.Text.Json;
using Spotify.Cloud.Tests.Mocks;
using Spotify.Fixtures;
using Spotify.Hosting;
using Spotify.Web.Functions;

namespace Spotify.Cloud.Tests;

/// <summary>The declared functions, with exactly the roles that their definitions require.</summary>
public sealed class FunctionTests
{
    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Fact]
    public void Every_folder_of_functions_has_a_definition_of_the_same_name()
    {
        var root = Repository.Root;
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
            from region in function.IsPublic || function.Definition.InEveryRegion ? regions : regions[..1]
            select (function.Name, "Spotify.Google." + function.Definition.EntryPoint, region);

        Assert.Equal(
            expected.Order(),
            deployed.Of("cloudrunv2/service")
                .Select(function => (function.Text("name")!, function.Environment()["FUNCTION_TARGET"], function.Text("location")!))
                .Order());
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_function_has_the_roles_that_its_definition_requires_and_no_others(string stack)
    {
        var deployed = await Deployed.To(stack);

        foreach (var function in CloudFunction.All)
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
    public async Task Every_function_runs_one_image_and_those_that_encode_run_the_one_with_ffmpeg(string stack)
    {
        var deployed = await Deployed.To(stack);
        var repository = (await Deployed.To($"Accounts/{stack.Split('+')[0]}")).Outputs["images"];

        Assert.All(deployed.Of("cloudrunv2/service"), function =>
        {
            var encodes = CloudFunction.All.Single(definition => definition.Name == function.Text("name")).Uses.MediaEncoder;
            var image = $"{repository}/{(encodes ? "functions-ffmpeg" : "functions")}:{Deployed.Version}";
            Assert.Equal([image], function.Texts("template.containers.image"));
        });
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Every_function_starts_with_a_boost_gets_requests_once_it_is_healthy_and_can_be_destroyed(string stack) =>
        Assert.All((await Deployed.To(stack)).Of("cloudrunv2/service"), function =>
        {
            Assert.Equal([true], function.All("template.containers.resources.startupCpuBoost"));
            // A missing value means CPU outside of requests.
            Assert.Equal([true], function.All("template.containers.resources.cpuIdle"));
            Assert.Equal(HealthEndpoints.Path, function.Text("template.containers.startupProbe.httpGet.path"));
            Assert.Equal([false], function.All("deletionProtection"));
            Assert.Equal("TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", function.Text("traffics.type"));
        });

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task No_function_scales_to_more_cores_than_the_quota(string stack)
    {
        var deployed = await Deployed.To(stack);
        var quota = Number(deployed.Config["spotify:coresPerRegion"]);

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
        var functions = (await Deployed.To(stack)).Of("cloudrunv2/service").ToList();

        Assert.All(functions, function => Assert.Equal(
            function.Text("name") == "playback" ? instances : 0, function.Numbers("template.scaling.minInstanceCount").Single()));
        Assert.Contains(functions, function => function.Text("name") == "playback");
    }

    [Theory]
    [InlineData("dev+release")]
    [InlineData("prod+release")]
    public async Task A_release_scales_up_public_functions_and_the_database_and_warms_the_cdn(string stack)
    {
        var (ordinary, release) = (await Deployed.To(stack.Split('+')[0]), await Deployed.To(stack));

        foreach (var function in release.Of("cloudrunv2/service"))
        {
            var minInstances = function.Numbers("template.scaling.minInstanceCount").Single();
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
        var signing = deployed.Of("cloudrunv2/service")
            .Where(function => function.Environment().ContainsKey("SigningKeys__0__Name"))
            .ToList();
        Assert.NotEmpty(signing);
        foreach (var function in signing)
        {
            Assert.Equal("k2", function.Environment()["SigningKeys__0__Name"]);
            Assert.Equal("k1", function.Environment()["SigningKeys__1__Name"]);
            AssertSecrets(function, "SigningKeys", ("SigningKeys__0__Secret", "cdn-k2"), ("SigningKeys__1__Secret", "cdn-k1"));
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Functions_of_listeners_accept_the_tokens_of_the_authorization_server_only(string stack)
    {
        var deployed = await Deployed.To(stack);
        var listeners = CloudFunction.All.Where(function => function.Caller == Caller.Listeners)
            .Select(function => function.Name).ToHashSet();
        var url = deployed.Outputs["url"];

        Assert.All(deployed.Of("cloudrunv2/service").Where(function => listeners.Contains(function.Text("name")!)), function =>
        {
            var environment = function.Environment();
            Assert.Equal((url, url), (environment["AccessTokens__Issuer"], environment["PublicUrl"]));
            Assert.Equal($"{url}/.well-known/jwks.json", environment["AccessTokens__JwksUrl"]);
            Assert.Equal(deployed.Project, environment["AccessTokens__Audience"]);
        });
    }

    [Fact]
    public async Task The_first_token_key_signs_and_only_the_function_that_signs_has_the_keys()
    {
        var deployed = await Deployed.To("dev+rotated");

        var signing = deployed.Of("cloudrunv2/service")
            .Where(function => function.Texts("template.containers.envs.name")
                .Any(name => name.StartsWith("TokenKeys", StringComparison.Ordinal)));
        AssertSecrets(Assert.Single(signing), "TokenKeys", ("TokenKeys__0__Pem", "token-t2"), ("TokenKeys__1__Pem", "token-t1"));
    }

    [Fact]
    public async Task Only_functions_that_use_license_keys_or_master_keys_have_them_and_only_those_of_master_keys_may_decrypt()
    {
        var deployed = await Deployed.To("dev+rotated");
        var decrypters = deployed.Of("kms/cryptoKeyIAMMember")
            .Where(grant => grant.Text("role") == "roles/cloudkms.cryptoKeyDecrypter").ToList();

        Assert.All(decrypters, grant => Assert.Equal(CloudMocks.MasterKeyOf(deployed.Project), grant.Text("cryptoKeyId")));
        Assert.Equal(
            CloudFunction.All.Where(function => function.Uses.MasterKeys)
                .Select(function => $"serviceAccount:{function.Name}@{deployed.Project}.iam.gserviceaccount.com").Order(),
            decrypters.Select(grant => grant.Text("member")).Order());
        foreach (var function in CloudFunction.All)
        {
            var service = deployed.Of("cloudrunv2/service").First(service => service.Text("name") == function.Name);
            AssertSecrets(
                service,
                "LicenseKeys",
                function.Uses.LicenseKeys ? [("LicenseKeys__0__Pem", "license-l2"), ("LicenseKeys__1__Pem", "license-l1")] : []);
            AssertSecrets(
                service,
                "MasterKeys",
                function.Uses.MasterKeys ? [("MasterKeys__0__Wrapped", "master-m2"), ("MasterKeys__1__Wrapped", "master-m1")] : []);
            if (function.Uses.MasterKeys)
                Assert.Equal(
                    ("m2", "m1"), (service.Environment()["MasterKeys__0__Id"], service.Environment()["MasterKeys__1__Id"]));
        }
    }

    private static void AssertSecrets(Declared function, string setting, params (string Setting, string Secret)[] secrets)
    {
        var variables = function.Maps("template.containers.envs")
            .Where(variable => variable.ContainsKey("valueSource"))
            .Zip(function.Texts("template.containers.envs.valueSource.secretKeyRef.secret"))
            .Select(pair => ((string)pair.First["name"], pair.Second))
            .Where(pair => pair.Item1.StartsWith(setting, StringComparison.Ordinal));
        Assert.Equal(secrets, variables);
        Assert.All(function.Texts("template.containers.envs.valueSource.secretKeyRef.version"), version => Assert.Equal("1", version));
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

        if (uses.Uploads != Access.None) yield return $"roles/storage.objectViewer {project}-uploads";
        foreach (var topic in function.Definition.Publishes) yield return $"roles/pubsub.publisher {topic.Name}";
        foreach (var queue in uses.Enqueues)
            for (var shard = 0; shard < queue.Shards; shard++) yield return $"roles/cloudtasks.enqueuer {queue.Name}-{shard}";
        if (uses.Enqueues.Count > 0)
        {
            var account = $"projects/{project}/serviceAccounts/task-dispatcher@{project}.iam.gserviceaccount.com";
            yield return $"roles/iam.serviceAccountUser {account}";
        }

        if (uses.Warehouse != Access.None)
        {
            yield return $"roles/bigquery.{(uses.Warehouse == Access.Write ? "dataEditor" : "dataViewer")} bigquery/datasetIamMember";
            yield return "roles/bigquery.jobUser projects/iAMMember";
        }

        if (uses.LiveDocuments != Access.None)
            yield return $"roles/datastore.{(uses.LiveDocuments == Access.Write ? "user" : "viewer")} projects/iAMMember";
        if (uses.LiveTokens)
        {
            var own = $"{function.Name}@{project}.iam.gserviceaccount.com";
            yield return $"roles/iam.serviceAccountTokenCreator projects/{project}/serviceAccounts/{own}";
        }

        if (uses.SignIn == Access.Read) yield return "roles/firebaseauth.viewer projects/iAMMember";
        if (uses.SignIn == Access.Write) yield return $"projects/{project}/roles/accountRemover projects/iAMMember";
        if (uses.TrainingJobs)
        {
            yield return "roles/run.jobsExecutorWithOverrides cloudrunv2/jobIamMember";
            yield return "roles/run.viewer cloudrunv2/jobIamMember";
        }

        foreach (var key in uses.SigningKeys ? Strings(deployed, "cdnKeyNames") : [])
            yield return $"roles/secretmanager.secretAccessor cdn-{key}";
        foreach (var key in uses.TokenKeys ? Strings(deployed, "tokenKeyNames") : [])
            yield return $"roles/secretmanager.secretAccessor token-{key}";
        foreach (var key in uses.LicenseKeys ? Strings(deployed, "licenseKeyNames") : [])
            yield return $"roles/secretmanager.secretAccessor license-{key}";
        foreach (var key in uses.MasterKeys ? Strings(deployed, "masterKeyNames") : [])
            yield return $"roles/secretmanager.secretAccessor master-{key}";
        if (uses.MasterKeys) yield return "roles/cloudkms.cryptoKeyDecrypter kms/cryptoKeyIAMMember";
    }

    private static string BucketOf(string segment) => segment switch
    {
        "images" => "images",
        "models" => "models",
        "deadletters" => "archive",
        "reports" or "search" => segment,
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
