using Pulumi;
using Pulumi.Gcp.IdentityPlatform.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud.Accounts;

/// <summary>The accounts of listeners: Identity Platform, which can be neither disabled nor enabled twice in a project.</summary>
internal sealed class ListenerAccounts : Layer
{
    /// <summary>Declares the resources.</summary>
    public ListenerAccounts(AccountsSettings settings, Services services) : base("listeners", services)
    {
        var config = new Gcp.IdentityPlatform.Config(
            "listeners",
            new()
            {
                Project = settings.Project,
                SignIn = new ConfigSignInArgs { Email = new ConfigSignInEmailArgs { Enabled = true, PasswordRequired = true } },
                Client = new ConfigClientArgs
                {
                    Permissions = new ConfigClientPermissionsArgs
                    {
                        DisabledUserDeletion = true, DisabledUserSignup = !settings.OpenRegistration,
                    },
                },
            },
            Own.WithProtection(true));
        // The provider marks the key as a secret, although the web player publishes it.
        ApiKey = Output.Unsecret(config.Client.Apply(client => client.ApiKey ?? ""));
        RegisterOutputs();
    }

    /// <summary>The API key that identifies the project when a listener signs in. Not a secret.</summary>
    public Output<string> ApiKey { get; }
}
