using Pulumi;
using Pulumi.Gcp.ArtifactRegistry.Inputs;
using Pulumi.Gcp.Storage.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud.Accounts;

/// <summary>
/// The repository of the images, and the account that builds them (<c>infra/google/cloudbuild.yaml</c>). They are not part of the main
/// stack, because its functions can only be created once their image is there.
/// </summary>
internal sealed class Images : Layer
{
    private const string Month = "2592000s";

    /// <summary>Declares the resources.</summary>
    public Images(AccountsSettings settings, Services services) : base("images", services)
    {
        var (project, region) = (settings.Project, settings.Region);
        var repository = new Gcp.ArtifactRegistry.Repository(
            "spotify",
            new()
            {
                RepositoryId = "spotify",
                Location = region,
                Format = "DOCKER",
                // Storage is billed by the month. Tags are not immutable, because tagged images could then never be deleted.
                CleanupPolicies =
                {
                    new RepositoryCleanupPolicyArgs
                    {
                        Id = "keep-ten",
                        Action = "KEEP",
                        MostRecentVersions = new RepositoryCleanupPolicyMostRecentVersionsArgs { KeepCount = 10 },
                    },
                    new RepositoryCleanupPolicyArgs
                    {
                        Id = "delete-older",
                        Action = "DELETE",
                        Condition = new RepositoryCleanupPolicyConditionArgs { OlderThan = Month },
                    },
                },
            },
            Own);
        var sources = new Gcp.Storage.Bucket(
            "builds",
            new()
            {
                Name = $"{project}-builds",
                Location = region,
                UniformBucketLevelAccess = true,
                PublicAccessPrevention = "enforced",
                ForceDestroy = true,
                LifecycleRules =
                {
                    new BucketLifecycleRuleArgs
                    {
                        Action = new BucketLifecycleRuleActionArgs { Type = "Delete" },
                        Condition = new BucketLifecycleRuleConditionArgs { Age = 30 },
                    },
                },
            },
            Own);
        // The default account of Cloud Build has no roles in new organizations, and the roles of an editor in others.
        var builder = new Gcp.ServiceAccount.Account(
            "image-builder", new() { Project = project, AccountId = "image-builder", DisplayName = "Builds the images" }, Own);
        _ = new Gcp.ArtifactRegistry.RepositoryIamMember(
            "image-builder-images",
            new() { Repository = repository.Name, Location = region, Role = "roles/artifactregistry.writer", Member = builder.Member },
            Own);
        _ = new Gcp.Storage.BucketIAMMember(
            "image-builder-sources", new() { Bucket = sources.Name, Role = "roles/storage.objectViewer", Member = builder.Member }, Own);
        _ = new Gcp.Projects.IAMMember(
            "image-builder-logs", new() { Project = project, Role = "roles/logging.logWriter", Member = builder.Member }, Own);
        Repository = Output.Format($"{region}-docker.pkg.dev/{project}/{repository.Name}");
        Sources = sources.Url;
        RegisterOutputs();
    }

    /// <summary>The repository, as a prefix of the names of images.</summary>
    public Output<string> Repository { get; }

    /// <summary>The bucket to which the sources of builds are uploaded, such as <c>gs://example-dev-builds</c>.</summary>
    public Output<string> Sources { get; }
}
