using System.Collections.Immutable;
using Pulumi;

namespace Spotify.Cloud.Accounts;

/// <summary>
/// The stack of a Pulumi project of its own, for what Google can neither delete nor create again (the accounts of listeners, the account
/// that deploys) and for what the main stack needs beforehand (the images, the key of the master keys). It stays while the main stack is
/// destroyed and created again.
/// </summary>
internal static class AccountsStack
{
    /// <summary>The name of the Pulumi project.</summary>
    public const string ProjectName = "spotify-accounts";

    private static readonly string[] Required = ["apiKey", "images", "masterKey"];

    /// <summary>Declares the resources of the stack.</summary>
    /// <returns>The outputs of the stack.</returns>
    public static IDictionary<string, object?> Deploy()
    {
        var settings = AccountsSettings.Read();
        var services = new Services(settings.Project);
        var listeners = new ListenerAccounts(settings, services);
        var images = new Images(settings, services);
        var licensing = new LicensingKey(services);
        var deployer = settings.RepositoryId is { } repository ? new DeploymentAccount(settings.Project, repository, services) : null;
        return new Dictionary<string, object?>
        {
            ["apiKey"] = listeners.ApiKey,
            ["openRegistration"] = settings.OpenRegistration,
            ["images"] = images.Repository,
            ["builds"] = images.Sources,
            ["masterKey"] = licensing.Key,
            ["deploymentProvider"] = deployer?.Provider,
            ["deploymentAccount"] = deployer?.Email,
        };
    }

    /// <summary>Returns the outputs of the accounts stack that has the name of the current stack.</summary>
    /// <exception cref="RunException">The accounts stack does not exist or has not been deployed.</exception>
    public static async Task<AccountsOutputs> ReadAsync()
    {
        var stack = Deployment.Instance.StackName;
        var name = $"{Deployment.Instance.OrganizationName}/{ProjectName}/{stack}";
        string reason;
        try
        {
            // The function behind StackReference. A StackReference to a missing stack ends the program before this method can explain it.
            var found = await Deployment.Instance.InvokeAsync<StackOutputs>(
                "pulumi:pulumi:readStackOutputs", new StackOutputsArgs { Name = name });
            if (Array.Find(Required, name => found.Outputs.GetValueOrDefault(name) is not string) is not { } missing)
                return new AccountsOutputs(Text("apiKey"), found.Outputs["openRegistration"] is true, Text("images"), Text("masterKey"));
            reason = $"it has no {missing}";

            string Text(string name) => (string)found.Outputs[name];
        }
        catch (Exception exception)
        {
            reason = exception.Message;
        }

        throw new RunException(
            $"The stack {name} must be deployed first ({reason}): "
            + $"cd Accounts && pulumi stack select --create {stack} && pulumi up (docs/cloud.md, step 3).");
    }

    private sealed class StackOutputsArgs : InvokeArgs
    {
        [Input("name", required: true)]
        public string Name { get; set; } = "";
    }
}

/// <summary>The outputs of the accounts stack that the main stack uses.</summary>
/// <param name="ApiKey">The API key that identifies the project when a listener signs in. Not a secret.</param>
/// <param name="OpenRegistration">Whether anyone may sign up.</param>
/// <param name="Images">The repository of the images, as a prefix of their names.</param>
/// <param name="MasterKey">The key of Cloud KMS that decrypts the master keys.</param>
internal sealed record AccountsOutputs(string ApiKey, bool OpenRegistration, string Images, string MasterKey);

/// <summary>The outputs of a stack.</summary>
/// <param name="outputs">The outputs by name.</param>
[OutputType]
[method: OutputConstructor]
internal sealed class StackOutputs(ImmutableDictionary<string, object> outputs)
{
    /// <summary>The outputs by name.</summary>
    public ImmutableDictionary<string, object> Outputs { get; } = outputs;
}
