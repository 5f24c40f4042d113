using Pulumi;
using Pulumi.Gcp.Iam.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud.Accounts;

/// <summary>
/// The account with which workflows of a GitHub repository deploy the main stack. It is not part of that stack, because a workflow needs it
/// to create the stack again, and because Google reserves the id of a deleted workload identity pool for 30 days.
/// </summary>
internal sealed class DeploymentAccount : Layer
{
    private const string GitHubIssuer = "https://token.actions.githubusercontent.com";

    // Admin roles for the resources of the main stack, instead of Owner or Editor, and the roles to build the images and to deploy them.
    private static readonly string[] Roles =
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
        "roles/firebaserules.admin",
        "roles/iam.serviceAccountAdmin",
        "roles/iam.serviceAccountUser",
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

    /// <summary>Declares the resources.</summary>
    /// <param name="project">The Google Cloud project.</param>
    /// <param name="repository">The id of the repository.</param>
    /// <param name="services">The services.</param>
    public DeploymentAccount(string project, long repository, Services services) : base("deployment", services)
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
        var account = new Gcp.ServiceAccount.Account(
            "deployment", new() { Project = project, AccountId = "deployment", DisplayName = "Deploys from the repository" }, Own);
        _ = new Gcp.ServiceAccount.IAMMember(
            "deployment-github",
            new()
            {
                ServiceAccountId = account.Name,
                Role = "roles/iam.workloadIdentityUser",
                Member = Output.Format($"principalSet://iam.googleapis.com/{pool.Name}/attribute.repository_id/{repository}"),
            },
            Own);
        foreach (var role in Roles)
            _ = new Gcp.Projects.IAMMember(
                $"deployment-{role["roles/".Length..]}", new() { Project = project, Role = role, Member = account.Member }, Own);
        (Provider, Email) = (provider.Name, account.Email);
        RegisterOutputs();
    }

    /// <summary>The workload identity provider that trusts the repository.</summary>
    public Output<string> Provider { get; }

    /// <summary>The e-mail address of the account.</summary>
    public Output<string> Email { get; }
}
