using Pulumi;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The enabled Google services.</summary>
internal sealed class Services : ComponentResource
{
    private static readonly string[] Names =
    [
        "artifactregistry", "bigquery", "bigquerydatatransfer", "billingbudgets", "cloudbuild", "cloudfunctions", "cloudkms",
        "cloudresourcemanager", "cloudscheduler", "cloudtasks", "compute", "eventarc", "eventarcpublishing", "firebaserules", "firestore",
        "iam", "iamcredentials", "identitytoolkit", "logging", "monitoring", "pubsub", "run", "secretmanager", "securetoken", "spanner",
        "storage", "sts",
    ];

    /// <summary>Enables the services. They stay enabled when the stack is destroyed, because the project may need them elsewhere.</summary>
    public Services(StackSettings settings) : base("spotify:cloud:services", "services")
    {
        All = [.. Names.Select(name => new Gcp.Projects.Service(
            name,
            new() { Project = settings.Project, ServiceName = $"{name}.googleapis.com", DisableOnDestroy = false },
            new CustomResourceOptions { Parent = this }))];
        RegisterOutputs();
    }

    /// <summary>The services, as dependencies of other resources.</summary>
    public IReadOnlyList<Resource> All { get; }
}
