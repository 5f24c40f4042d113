using System.Text.Json;
using Pulumi;
using Pulumi.Testing;
using Spotify.Cloud.Listing;

namespace Spotify.Cloud.Tests;

/// <summary>The stack of accounts, and the main stack's reference to it.</summary>
public sealed class AccountsTests
{
    public static TheoryData<string> EveryAccounts => Deployed.EveryAccounts;

    [Theory]
    [InlineData("dev")]
    [InlineData("prod")]
    public async Task Nobody_can_sign_up_unless_the_stack_opens_registration(string stack)
    {
        Assert.Equal([true], SignUpDisabled(await Deployed.To($"Accounts/{stack}")));
        Assert.Equal([false], SignUpDisabled(await Deployed.To($"Accounts/{stack}+open")));
    }

    [Theory]
    [InlineData("Accounts/dev", false)]
    [InlineData("Accounts/dev+open", true)]
    public async Task The_main_stack_reads_the_api_key_and_whether_registration_is_open(string stack, bool isOpen)
    {
        var outputs = (await Deployed.To(stack)).Outputs;
        Assert.Equal(("an-api-key", isOpen), (outputs["apiKey"], outputs["openRegistration"]));
    }

    [Fact]
    public async Task The_repository_that_may_deploy_is_trusted_by_its_id_which_nobody_else_can_take_over()
    {
        var deployed = await Deployed.To("Accounts/staging+repository");

        var provider = Assert.Single(deployed.Of("iam/workloadIdentityPoolProvider"));
        Assert.Equal(
            "assertion.repository_id == '123456789' && assertion.ref == 'refs/heads/main'", provider.Text("attributeCondition"));
        var deployer = Assert.Single(deployed.Of("serviceaccount/iAMMember"), grant => grant.Name == "deployment-github");
        Assert.EndsWith("/attribute.repository_id/123456789", deployer.Text("member"), StringComparison.Ordinal);
        Assert.Equal(provider.State["name"], deployed.Outputs["deploymentProvider"]);
        Assert.Equal($"deployment@{deployed.Project}.iam.gserviceaccount.com", deployed.Outputs["deploymentAccount"]);
    }

    [Theory]
    [MemberData(nameof(EveryAccounts))]
    public async Task Both_stacks_are_in_the_same_project(string stack)
    {
        var main = StackFile.Read(Path.GetFileName(stack.Split('+')[0]));

        Assert.Equal(main["gcp:project"], (await Deployed.To(stack)).Project);
    }

    [Theory]
    [MemberData(nameof(EveryAccounts))]
    public async Task Old_images_and_sources_of_builds_are_deleted(string stack)
    {
        var deployed = await Deployed.To(stack);

        var repository = Assert.Single(deployed.Of("artifactregistry/repository"));
        Assert.Equal(["KEEP", "DELETE"], repository.Texts("cleanupPolicies.action"));
        // Tagged images of a repository with immutable tags cannot be deleted.
        Assert.DoesNotContain(true, repository.All("dockerConfig.immutableTags"));
        var bucket = Assert.Single(deployed.Of("storage/bucket"));
        Assert.Equal("enforced", bucket.Text("publicAccessPrevention"));
        Assert.Equal(["Delete"], bucket.Texts("lifecycleRules.action.type"));
        Assert.Equal($"gs://{deployed.Project}-builds", deployed.Outputs["builds"]);
    }

    [Theory]
    [MemberData(nameof(EveryAccounts))]
    public async Task The_account_that_builds_reads_the_sources_and_writes_images_and_logs(string stack)
    {
        var deployed = await Deployed.To(stack);
        var member = $"serviceAccount:image-builder@{deployed.Project}.iam.gserviceaccount.com";

        Assert.Equal(
            [
                "artifactregistry/repositoryIamMember roles/artifactregistry.writer",
                "projects/iAMMember roles/logging.logWriter",
                "storage/bucketIAMMember roles/storage.objectViewer",
            ],
            deployed.All.Where(grant => grant.Text("member") == member)
                .Select(grant => $"{grant.Module} {grant.Text("role")}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EveryAccounts))]
    public async Task The_key_of_the_master_keys_is_rotated_and_cannot_be_deleted_by_mistake(string stack)
    {
        var deployed = await Deployed.To(stack);

        var key = Assert.Single(deployed.Of("kms/cryptoKey"));
        Assert.Equal(key.Id, deployed.Outputs["masterKey"]);
        Assert.Equal("7776000s", key.Text("rotationPeriod"));
        // Functions of all regions use it.
        Assert.Equal("global", Assert.Single(deployed.Of("kms/keyRing")).Text("location"));
        Assert.Empty(deployed.Of("kms/cryptoKeyIAMMember"));
    }

    [Fact]
    public async Task An_invalid_region_is_rejected()
    {
        var config = Deployed.ConfigOf("Accounts/dev").SetItem("spotify-accounts:region", "Iowa");

        var error = await Assert.ThrowsAnyAsync<Exception>(() => Deployed.RunAsync("Accounts/dev", config));

        Assert.Contains("spotify-accounts:region is not a region", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invalid_repository_is_rejected()
    {
        var config = Deployed.ConfigOf("Accounts/dev").SetItem("spotify-accounts:repositoryId", "example/spotify");

        var error = await Assert.ThrowsAnyAsync<Exception>(() => Deployed.RunAsync("Accounts/dev", config));

        Assert.Contains("spotify-accounts:repositoryId is not the number of a repository", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "unknown stack")]
    [InlineData("{}", "it has no apiKey")]
    [InlineData("""{"apiKey":"key"}""", "it has no images")]
    [InlineData("""{"apiKey":"key","images":"images"}""", "it has no masterKey")]
    public async Task Without_the_accounts_the_main_stack_declares_nothing_and_says_what_to_do(string? outputs, string reason)
    {
        Environment.SetEnvironmentVariable("PULUMI_CONFIG", JsonSerializer.Serialize(Deployed.ConfigOf("dev")));
        var mocks = new NoAccounts(outputs);
        var options = new TestOptions { ProjectName = "spotify", StackName = "dev", IsPreview = false };

        var error = await Assert.ThrowsAsync<RunException>(
            () => Deployment.TestAsync(
                mocks, options, () => CloudProgram.DeployAsync(CloudFunction.All, Checkout.Root, FirebaseRules.Default)));

        Assert.Contains("The stack organization/spotify-accounts/dev must be deployed first", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("cd Accounts && pulumi stack select --create dev && pulumi up", error.Message, StringComparison.Ordinal);
        Assert.False(mocks.HasResources);
    }

    private static IEnumerable<object> SignUpDisabled(Deployed deployed) =>
        deployed.Of("identityplatform/config").SelectMany(config => config.All("client.permissions.disabledUserSignup"));

    private sealed class NoAccounts(string? outputs) : IMocks
    {
        public bool HasResources { get; private set; }

        public Task<(string? id, object state)> NewResourceAsync(MockResourceArgs args)
        {
            HasResources |= args.Type!.StartsWith("gcp:", StringComparison.Ordinal);
            return Task.FromResult<(string?, object)>((args.Name, args.Inputs));
        }

        public Task<object> CallAsync(MockCallArgs args) => outputs is null
            ? throw new InvalidOperationException($"unknown stack \"{args.Args["name"]}\"")
            : Task.FromResult<object>(args.Args.Add("outputs", JsonSerializer.Deserialize<Dictionary<string, object>>(outputs)!));
    }
}
