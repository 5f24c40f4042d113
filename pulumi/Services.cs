using Pulumi;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>The services of Google that the rest is made of, switched on.</summary>
internal sealed class Services : ComponentResource
{
    private static readonly string[] Names =
    [
        "artifactregistry", "bigquery", "bigquerydatatransfer", "billingbudgets", "cloudbuild", "cloudfunctions", "cloudkms", "cloudresourcemanager",
        "cloudscheduler", "cloudtasks", "compute", "eventarc", "eventarcpublishing", "firebaserules", "firestore", "iam", "iamcredentials", "identitytoolkit", "logging",
        "monitoring", "pubsub", "run", "secretmanager", "securetoken", "spanner", "storage", "sts",
    ];

    /// <summary>Switches them on. They stay on when the stack is destroyed: others in the project may use them.</summary>
    public Services(StackSettings settings) : base("spotify:cloud:services", "services")
    {
        All = [.. Names.Select(name => new Gcp.Projects.Service(
            name,
            new() { Project = settings.Project, ServiceName = $"{name}.googleapis.com", DisableOnDestroy = false },
            new CustomResourceOptions { Parent = this }))];
        RegisterOutputs();
    }

    /// <summary>Each of them.</summary>
    public IReadOnlyList<Resource> All { get; }
}
