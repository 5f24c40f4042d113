using Pulumi;
using Pulumi.Gcp.IdentityPlatform.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud.Accounts;

/// <summary>The accounts of listeners: Identity Platform, which can be neither disabled nor enabled twice in a project.</summary>
internal sealed class ListenerAccounts : Layer
{
    private const string RemoverId = "accountRemover";

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
        // The predefined roles that may delete accounts may also change them and the settings. Declared in this stack, because an account
        // that deploys must not be able to define roles.
        _ = new Gcp.Projects.IAMCustomRole(
            "account-remover",
            new()
            {
                Project = settings.Project,
                RoleId = RemoverId,
                Title = "Deletes accounts of listeners",
                Permissions = { "firebaseauth.users.delete" },
            },
            Own);
        // The provider marks the key as a secret, although the web player publishes it.
        ApiKey = Output.Unsecret(config.Client.Apply(client => client.ApiKey ?? ""));
        RegisterOutputs();
    }

    /// <summary>Returns the role that may delete accounts, and nothing else.</summary>
    public static string RemoverOf(string project) => $"projects/{project}/roles/{RemoverId}";

    /// <summary>The API key that identifies the project when a listener signs in. Not a secret.</summary>
    public Output<string> ApiKey { get; }
}
