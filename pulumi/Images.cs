using Pulumi;
using Pulumi.Gcp.ArtifactRegistry.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>Repositories of container images. Old images are deleted, because storage is billed by the month.</summary>
internal static class Images
{
    /// <summary>Declares a repository.</summary>
    /// <param name="id">The repository id, unique in the region.</param>
    /// <param name="resource">The name of the Pulumi resource.</param>
    /// <param name="region">The region.</param>
    /// <param name="areImmutable">Whether tags are immutable. Must be false for Cloud Functions, which moves its tags.</param>
    /// <param name="options">The resource options.</param>
    public static Gcp.ArtifactRegistry.Repository Declare(
        string id, string resource, string region, bool areImmutable, CustomResourceOptions options)
    {
        var arguments = new Gcp.ArtifactRegistry.RepositoryArgs
        {
            RepositoryId = id,
            Location = region,
            Format = "DOCKER",
            CleanupPolicies =
            {
                // Keeps the last versions regardless of their age, because one of them is in use.
                new RepositoryCleanupPolicyArgs
                {
                    Id = "keep-ten",
                    Action = "KEEP",
                    MostRecentVersions = new RepositoryCleanupPolicyMostRecentVersionsArgs { KeepCount = 10 },
                },
                new RepositoryCleanupPolicyArgs
                {
                    Id = "remove-older",
                    Action = "DELETE",
                    Condition = new RepositoryCleanupPolicyConditionArgs { OlderThan = "2592000s" },
                },
            },
        };
        if (areImmutable) arguments.DockerConfig = new RepositoryDockerConfigArgs { ImmutableTags = true };
        return new Gcp.ArtifactRegistry.Repository(resource, arguments, options);
    }
}
