using Pulumi;
using Pulumi.Gcp.Iam.Inputs;
using Pulumi.Gcp.IdentityPlatform.Inputs;
using Pulumi.Gcp.Projects.Inputs;
using Pulumi.Gcp.SecretManager.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>Who listeners are, who calls functions, what signs audio, and who may deploy. There are no keys of accounts to download.</summary>
internal sealed class Identity : Layer
{
    private const string GitHubIssuer = "https://token.actions.githubusercontent.com";

    // What a deployment makes and changes. None of it is Owner or Editor.
    private static readonly string[] DeployerRoles =
    [
        "roles/artifactregistry.admin", "roles/bigquery.admin", "roles/cloudfunctions.admin", "roles/cloudkms.admin", "roles/cloudscheduler.admin", "roles/cloudtasks.admin",
        "roles/compute.loadBalancerAdmin", "roles/compute.securityAdmin", "roles/datastore.owner", "roles/eventarc.admin", "roles/firebaserules.admin", "roles/iam.serviceAccountAdmin",
        "roles/iam.serviceAccountUser", "roles/iam.workloadIdentityPoolAdmin", "roles/identityplatform.admin", "roles/logging.admin", "roles/monitoring.admin",
        "roles/pubsub.admin", "roles/resourcemanager.projectIamAdmin", "roles/run.admin", "roles/secretmanager.admin", "roles/serviceusage.serviceUsageAdmin",
        "roles/spanner.admin", "roles/storage.admin",
    ];

    private readonly StackSettings settings;

    /// <summary>Makes it.</summary>
    public Identity(StackSettings settings, ProjectFacts project, Input<string> domain, Services services) : base("identity", services)
    {
        this.settings = settings;
        var listeners = new Gcp.IdentityPlatform.Config(
            "listeners",
            new()
            {
                Project = settings.Project,
                SignIn = new ConfigSignInArgs { Email = new ConfigSignInEmailArgs { Enabled = true, PasswordRequired = true } },
                AuthorizedDomains = { domain },
                Client = new ConfigClientArgs { Permissions = new ConfigClientPermissionsArgs { DisabledUserDeletion = true } },
            },
            Own);

        ApiKey = listeners.Client.Apply(client => client.ApiKey ?? "");
        Scheduler = Account("scheduler", "Calls scheduled functions");
        Tasks = Account("task-dispatcher", "Calls functions with their tasks");
        Subscriptions = Account("subscriptions", "Calls functions with their messages");
        Uploads = Account("upload-events", "Tells the audio ingest of uploads");
        Builder = Account("function-builder", "Builds functions");
        foreach (var role in new[] { "roles/logging.logWriter", "roles/artifactregistry.writer" }) Grant("function-builder", role, Builder.Member);
        // Cloud Functions hands sources to builds by buckets of its own, one in each region.
        Grant("function-builder", "roles/storage.objectViewer", Builder.Member, $"resource.name.startsWith('projects/_/buckets/gcf-v2-sources-{project.Number}-')");
        Grant("upload-events", "roles/eventarc.eventReceiver", Uploads.Member);
        // A trigger is refused unless the account by which Eventarc makes what is behind it is there, with its role.
        var eventarc = new Gcp.Projects.ServiceIdentity("eventarc", new() { Project = settings.Project, Service = "eventarc.googleapis.com" }, Own);
        Grant("eventarc", "roles/eventarc.serviceAgent", eventarc.Member);
        // Cloud Storage tells of uploads by Pub/Sub.
        Grant("storage-events", "roles/pubsub.publisher", project.ServiceAgent("gs-project-accounts"));

        CdnKeys = settings.CdnKeyNames.Select(MakeCdnKey).ToList();
        if (settings.Repository is { } repository) AllowDeployment(repository);
        RegisterOutputs();
    }

    /// <summary>Whom Cloud Scheduler calls as.</summary>
    public Gcp.ServiceAccount.Account Scheduler { get; }

    /// <summary>Whom Cloud Tasks calls as.</summary>
    public Gcp.ServiceAccount.Account Tasks { get; }

    /// <summary>Whom Pub/Sub calls as.</summary>
    public Gcp.ServiceAccount.Account Subscriptions { get; }

    /// <summary>Whom Eventarc calls as.</summary>
    public Gcp.ServiceAccount.Account Uploads { get; }

    /// <summary>Who builds functions.</summary>
    public Gcp.ServiceAccount.Account Builder { get; }

    /// <summary>What a client names the project by when a listener signs in; it is no secret.</summary>
    public Output<string> ApiKey { get; }

    /// <summary>The keys that sign audio URLs, the one that signs first.</summary>
    public IReadOnlyList<CdnKey> CdnKeys { get; }

    /// <summary>What a deployment from the repository signs in with; null if none may.</summary>
    public Output<string>? DeploymentProvider { get; private set; }

    /// <summary>Who a deployment from the repository is; null if none may.</summary>
    public Output<string>? DeploymentAccount { get; private set; }

    private Gcp.ServiceAccount.Account Account(string id, string does) =>
        new(id, new() { Project = settings.Project, AccountId = id, DisplayName = does }, Own);

    private void Grant(string who, string role, Input<string> member, string? condition = null)
    {
        var arguments = new Gcp.Projects.IAMMemberArgs { Project = settings.Project, Role = role, Member = member };
        if (condition is not null) arguments.Condition = new IAMMemberConditionArgs { Title = $"{who}-only", Expression = condition };
        _ = new Gcp.Projects.IAMMember($"{who}-{role["roles/".Length..]}", arguments, Own);
    }

    private CdnKey MakeCdnKey(string name)
    {
        var secret = new Gcp.SecretManager.Secret(
            $"cdn-{name}", new() { SecretId = $"cdn-{name}", Replication = new SecretReplicationArgs { Auto = new SecretReplicationAutoArgs() } }, Own);
        var version = new Gcp.SecretManager.SecretVersion($"cdn-{name}", new() { Secret = secret.Id, SecretData = settings.CdnKeys[name] }, Own);
        return new CdnKey(name, secret, version, settings.CdnKeys[name]);
    }

    private void AllowDeployment(string repository)
    {
        var pool = new Gcp.Iam.WorkloadIdentityPool("deployment", new() { WorkloadIdentityPoolId = "deployment", DisplayName = "Deployment" }, Own);
        var provider = new Gcp.Iam.WorkloadIdentityPoolProvider(
            "github",
            new()
            {
                WorkloadIdentityPoolId = pool.WorkloadIdentityPoolId,
                WorkloadIdentityPoolProviderId = "github",
                AttributeMapping =
                {
                    ["google.subject"] = "assertion.sub", ["attribute.repository"] = "assertion.repository", ["attribute.ref"] = "assertion.ref",
                },
                // Not a fork's, and not a pull request's.
                AttributeCondition = $"assertion.repository == '{repository}' && assertion.ref == 'refs/heads/main'",
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
                Member = Output.Format($"principalSet://iam.googleapis.com/{pool.Name}/attribute.repository/{repository}"),
            },
            Own);
        foreach (var role in DeployerRoles) Grant("deployment", role, deployer.Member);
        DeploymentProvider = provider.Name;
        DeploymentAccount = deployer.Email;
    }
}

/// <summary>A key that signs audio URLs.</summary>
/// <param name="Name">The name that URLs give it by.</param>
/// <param name="Secret">Where functions read it.</param>
/// <param name="Version">The version they read.</param>
/// <param name="Value">The key, for the CDN.</param>
internal sealed record CdnKey(string Name, Gcp.SecretManager.Secret Secret, Gcp.SecretManager.SecretVersion Version, Output<string> Value);
