using Pulumi;
using Pulumi.Gcp.Iam.Inputs;
using Pulumi.Gcp.IdentityPlatform.Inputs;
using Pulumi.Gcp.SecretManager.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>
/// Identity Platform for listeners, the service accounts that call functions, the keys that sign audio URLs, and deployment from
/// GitHub. No service account has a downloadable key.
/// </summary>
internal sealed class Identity : Layer
{
    private const string GitHubIssuer = "https://token.actions.githubusercontent.com";

    // Admin roles for the resources of the program, instead of Owner or Editor, and the roles to build the images and to deploy them.
    private static readonly string[] DeployerRoles =
    [
        "roles/artifactregistry.reader",
        "roles/bigquery.admin",
        "roles/cloudbuild.builds.editor",
        "roles/cloudkms.admin",
        "roles/cloudscheduler.admin",
        "roles/cloudtasks.admin",
        "roles/compute.loadBalancerAdmin",
        "roles/compute.securityAdmin",
        "roles/datastore.owner",
        "roles/eventarc.admin",
        "roles/firebaserules.admin",
        "roles/iam.serviceAccountAdmin",
        "roles/iam.serviceAccountUser",
        "roles/iam.workloadIdentityPoolAdmin",
        "roles/identityplatform.admin",
        "roles/logging.admin",
        "roles/monitoring.admin",
        "roles/pubsub.admin",
        "roles/resourcemanager.projectIamAdmin",
        "roles/run.admin",
        "roles/secretmanager.admin",
        "roles/serviceusage.serviceUsageAdmin",
        "roles/spanner.admin",
        "roles/storage.admin",
    ];

    private readonly StackSettings settings;

    /// <summary>Declares the resources.</summary>
    public Identity(StackSettings settings, ProjectFacts project, Input<string> domain, Services services)
        : base("identity", services)
    {
        this.settings = settings;
        var listeners = new Gcp.IdentityPlatform.Config(
            "listeners",
            new()
            {
                Project = settings.Project,
                SignIn = new ConfigSignInArgs { Email = new ConfigSignInEmailArgs { Enabled = true, PasswordRequired = true } },
                AuthorizedDomains = { domain },
                Client = new ConfigClientArgs
                {
                    Permissions = new ConfigClientPermissionsArgs
                    {
                        DisabledUserDeletion = true, DisabledUserSignup = !settings.OpenRegistration,
                    },
                },
            },
            Own);

        // The provider marks the key as a secret, although the web player publishes it.
        ApiKey = Output.Unsecret(listeners.Client.Apply(client => client.ApiKey ?? ""));
        Scheduler = Account("scheduler", "Calls scheduled functions");
        Tasks = Account("task-dispatcher", "Dispatches tasks to functions");
        Subscriptions = Account("subscriptions", "Pushes messages to functions");
        Uploads = Account("upload-events", "Sends upload events to the audio ingest");
        Grant("upload-events", "roles/eventarc.eventReceiver", Uploads.Member);
        // Creating a trigger fails unless Eventarc's service agent exists and has its role.
        var eventarc = DeclareAgent("eventarc", "eventarc", settings.Project);
        Grant("eventarc", "roles/eventarc.serviceAgent", eventarc.Member);
        // Cloud Storage publishes upload events to Pub/Sub.
        Grant("storage-events", "roles/pubsub.publisher", project.ServiceAgent("gs-project-accounts"));

        CdnKeys = settings.CdnKeyNames.Select(DeclareCdnKey).ToList();
        if (settings.RepositoryId is { } repository) AllowDeployment(repository);
        RegisterOutputs();
    }

    /// <summary>The account that Cloud Scheduler calls functions with.</summary>
    public Gcp.ServiceAccount.Account Scheduler { get; }

    /// <summary>The account that Cloud Tasks calls functions with.</summary>
    public Gcp.ServiceAccount.Account Tasks { get; }

    /// <summary>The account that Pub/Sub calls functions with.</summary>
    public Gcp.ServiceAccount.Account Subscriptions { get; }

    /// <summary>The account that Eventarc calls the audio ingest with.</summary>
    public Gcp.ServiceAccount.Account Uploads { get; }

    /// <summary>The API key that identifies the project when a listener signs in. Not a secret.</summary>
    public Output<string> ApiKey { get; }

    /// <summary>The keys of audio URLs. The first one signs; all of them verify.</summary>
    public IReadOnlyList<CdnKey> CdnKeys { get; }

    /// <summary>The workload identity provider for deployments from the repository; null without a repository.</summary>
    public Output<string>? DeploymentProvider { get; private set; }

    /// <summary>The account of deployments from the repository; null without a repository.</summary>
    public Output<string>? DeploymentAccount { get; private set; }

    private Gcp.ServiceAccount.Account Account(string id, string description) =>
        new(id, new() { Project = settings.Project, AccountId = id, DisplayName = description }, Own);

    private void Grant(string name, string role, Input<string> member) => _ = new Gcp.Projects.IAMMember(
        $"{name}-{role["roles/".Length..]}", new() { Project = settings.Project, Role = role, Member = member }, Own);

    private CdnKey DeclareCdnKey(string name)
    {
        var secret = new Gcp.SecretManager.Secret(
            $"cdn-{name}",
            new()
            {
                SecretId = $"cdn-{name}",
                Replication = new SecretReplicationArgs { Auto = new SecretReplicationAutoArgs() },
            },
            Own);
        var version = new Gcp.SecretManager.SecretVersion(
            $"cdn-{name}", new() { Secret = secret.Id, SecretData = settings.CdnKeys[name] }, Own);
        return new CdnKey(name, secret, version, settings.CdnKeys[name]);
    }

    private void AllowDeployment(long repository)
    {
        var pool = new Gcp.Iam.WorkloadIdentityPool(
            "deployment", new() { WorkloadIdentityPoolId = "deployment", DisplayName = "Deployment" }, Own);
        var provider = new Gcp.Iam.WorkloadIdentityPoolProvider(
            "github",
            new()
            {
                WorkloadIdentityPoolId = pool.WorkloadIdentityPoolId,
                WorkloadIdentityPoolProviderId = "github",
                AttributeMapping =
                {
                    ["google.subject"] = "assertion.sub",
                    ["attribute.repository_id"] = "assertion.repository_id",
                    ["attribute.ref"] = "assertion.ref",
                },
                // Identifies the repository by its id, because its name can pass to another owner. Accepts the main branch only, which
                // excludes forks and pull requests.
                AttributeCondition = FormattableString.Invariant(
                    $"assertion.repository_id == '{repository}' && assertion.ref == 'refs/heads/main'"),
                Oidc = new WorkloadIdentityPoolProviderOidcArgs { IssuerUri = GitHubIssuer },
            },
            Own);
        var deployer = Account("deployment", "Deploys from the repository");
        _ = new Gcp.ServiceAccount.IAMMember(
            "deployment-github",
            new()
            {
                ServiceAccountId = deployer.Name,
                Role = "roles/iam.workloadIdentityUser",
                Member = Output.Format($"principalSet://iam.googleapis.com/{pool.Name}/attribute.repository_id/{repository}"),
            },
            Own);
        foreach (var role in DeployerRoles) Grant("deployment", role, deployer.Member);
        DeploymentProvider = provider.Name;
        DeploymentAccount = deployer.Email;
    }
}

/// <summary>A key that signs audio URLs.</summary>
/// <param name="Name">The key name in URLs.</param>
/// <param name="Secret">The secret from which functions read the key.</param>
/// <param name="Version">The version that functions read.</param>
/// <param name="Value">The key, for the CDN.</param>
internal sealed record CdnKey(
    string Name, Gcp.SecretManager.Secret Secret, Gcp.SecretManager.SecretVersion Version, Output<string> Value);
