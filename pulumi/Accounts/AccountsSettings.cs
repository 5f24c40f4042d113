using System.Globalization;
using Pulumi;

namespace Spotify.Cloud.Accounts;

/// <summary>The settings in <c>Accounts/Pulumi.{stack}.yaml</c>.</summary>
/// <param name="Project">The Google Cloud project, the same as that of the main stack.</param>
/// <param name="Region">The region of the images, usually the home region.</param>
/// <param name="OpenRegistration">
/// Whether anyone may sign up. Otherwise the operator adds listeners, because every listener can stream the whole catalog.
/// </param>
/// <param name="RepositoryId">The id of the GitHub repository that may deploy; null for none.</param>
internal sealed record AccountsSettings(string Project, string Region, bool OpenRegistration, long? RepositoryId)
{
    /// <summary>Reads the settings of the current stack.</summary>
    /// <exception cref="RunException">A setting is missing or invalid. The message names the setting.</exception>
    public static AccountsSettings Read()
    {
        var config = new Config();
        var region = config.Require("region");
        if (!StackSettings.IsRegion(region))
            throw new RunException($"{AccountsStack.ProjectName}:region is not a region, such as us-central1.");
        return new AccountsSettings(
            new Config("gcp").Require("project"), region, config.GetBoolean("openRegistration") ?? false, ReadRepositoryId(config));
    }

    private static long? ReadRepositoryId(Config config)
    {
        if (config.Get("repositoryId") is not { } id) return null;
        return long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new RunException(
                $"{AccountsStack.ProjectName}:repositoryId is not the number of a repository: gh api repos/{{owner}}/{{name}} --jq .id.");
    }
}
