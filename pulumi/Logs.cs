using Pulumi;
using Pulumi.Gcp.Projects.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>What is logged besides what functions say, and how long it is kept. Error Reporting needs nothing: it knows the errors that functions log.</summary>
internal sealed class Logs : Layer
{
    private const int Days = 30;

    // Who read or used a secret, a key or an account. Reads of the database and of objects are the product's own traffic, and not logged.
    private static readonly string[] Sensitive = ["secretmanager", "cloudkms", "iam"];

    // A request leaves an entry by the function itself. Cloud Run's own is kept of those that failed: they may not have come to the function.
    private static readonly (string Name, string Description, string Filter)[] Exclusions =
    [
        ("health-checks", "Checks of whether it is there", "httpRequest.requestUrl=~\"/healthz$\" AND httpRequest.status<400"),
        ("requests", "Requests that went well, which functions log themselves", "log_id(\"run.googleapis.com/requests\") AND httpRequest.status<400"),
    ];

    /// <summary>Makes it.</summary>
    public Logs(StackSettings settings, ProjectFacts project, Services services) : base("logs", services)
    {
        Audit("allServices", "ADMIN_READ");
        foreach (var service in Sensitive) Audit($"{service}.googleapis.com", "DATA_READ", "DATA_WRITE");
        _ = new Gcp.Logging.ProjectBucketConfig("default", new() { Project = settings.Project, Location = "global", BucketId = "_Default", RetentionDays = Days }, Own);
        foreach (var (name, description, filter) in Exclusions)
            _ = new Gcp.Logging.ProjectExclusion(name, new() { Project = settings.Project, Name = name, Description = description, Filter = filter }, Own);
        RegisterOutputs();

        void Audit(string service, params IEnumerable<string> types) => _ = new Gcp.Projects.IAMAuditConfig(
            $"audit-{service}",
            new()
            {
                Project = settings.Project,
                Service = service,
                // Whatever object is read, Cloud Storage has its key decrypted: that is the product's own traffic again.
                AuditLogConfigs =
                [
                    .. types.Select(type => new IAMAuditConfigAuditLogConfigArgs { LogType = type, ExemptedMembers = { project.ServiceAgent("gs-project-accounts") } }),
                ],
            },
            Own);
    }
}
