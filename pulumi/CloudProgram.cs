using Pulumi;
using Spotify.Cloud.Accounts;

namespace Spotify.Cloud;

/// <summary>The program of both Pulumi projects.</summary>
internal static class CloudProgram
{
    /// <summary>Declares the resources of a stack of the current project: the accounts, or everything else.</summary>
    /// <param name="functions">The functions; <see cref="CloudFunction.All"/> outside of tests.</param>
    /// <param name="root">The root of the repository.</param>
    /// <param name="releases">The releases of security rules.</param>
    /// <returns>The outputs of the stack.</returns>
    public static async Task<IDictionary<string, object?>> DeployAsync(
        IReadOnlyList<CloudFunction> functions, string root, IRuleReleases releases) =>
        Deployment.Instance.ProjectName == AccountsStack.ProjectName
            ? AccountsStack.Deploy()
            : await CloudHome.DeployAsync(functions, root, releases);
}
