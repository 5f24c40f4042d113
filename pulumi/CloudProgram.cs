using Pulumi;
using Spotify.Cloud.Accounts;

namespace Spotify.Cloud;

/// <summary>The program of both Pulumi projects.</summary>
internal static class CloudProgram
{
    /// <summary>Declares the resources of a stack of the current project: the accounts, or everything else.</summary>
    /// <param name="functions">The functions; <see cref="CloudFunction.All"/> outside of tests.</param>
    /// <returns>The outputs of the stack.</returns>
    public static async Task<IDictionary<string, object?>> DeployAsync(IReadOnlyList<CloudFunction> functions) =>
        Deployment.Instance.ProjectName == AccountsStack.ProjectName
            ? AccountsStack.Deploy()
            : await CloudHome.DeployAsync(functions);
}
