using Pulumi;
using Pulumi.Gcp.ArtifactRegistry.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>Repositories of container images. What is paid for by the month is removed when nobody goes back to it any more.</summary>
internal static class Images
{
    /// <summary>Makes one.</summary>
    /// <param name="id">What it is called in its region.</param>
    /// <param name="resource">What Pulumi knows it by.</param>
    /// <param name="region">Where it is.</param>
    /// <param name="areImmutable">Whether a tag stays with its image; Cloud Functions moves those that it makes.</param>
    /// <param name="options">Options of it.</param>
    public static Gcp.ArtifactRegistry.Repository Make(string id, string resource, string region, bool areImmutable, CustomResourceOptions options)
    {
        var arguments = new Gcp.ArtifactRegistry.RepositoryArgs
        {
            RepositoryId = id,
            Location = region,
            Format = "DOCKER",
            CleanupPolicies =
            {
                // Of each image, however old: it may be the one that runs.
                new RepositoryCleanupPolicyArgs { Id = "keep-ten", Action = "KEEP", MostRecentVersions = new RepositoryCleanupPolicyMostRecentVersionsArgs { KeepCount = 10 } },
                new RepositoryCleanupPolicyArgs { Id = "remove-older", Action = "DELETE", Condition = new RepositoryCleanupPolicyConditionArgs { OlderThan = "2592000s" } },
            },
        };
        if (areImmutable) arguments.DockerConfig = new RepositoryDockerConfigArgs { ImmutableTags = true };
        return new Gcp.ArtifactRegistry.Repository(resource, arguments, options);
    }
}
