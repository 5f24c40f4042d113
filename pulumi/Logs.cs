using Pulumi;
using Pulumi.Gcp.Projects.Inputs;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>
/// Audit logs, exclusions and the retention period of logs. Error Reporting needs no configuration, because it recognizes the errors that
/// functions log.
/// </summary>
internal sealed class Logs : Layer
{
    private const int RetentionDays = 30;

    // Services whose reads and uses (of secrets, keys and accounts) are audited. Reads of the database and of objects are not, because they
    // are the product's own traffic.
    private static readonly string[] AuditedServices = ["secretmanager", "cloudkms", "iam"];

    // Functions log their own requests. Cloud Run's entries are kept for failed requests only, because those may not have reached the
    // function.
    private static readonly (string Name, string Description, string Filter)[] Exclusions =
    [
        ("health-checks", "Health checks", "httpRequest.requestUrl=~\"/healthz$\" AND httpRequest.status<400"),
        (
            "requests",
            "Successful requests, which functions log themselves",
            "log_id(\"run.googleapis.com/requests\") AND httpRequest.status<400"),
    ];

    /// <summary>Declares the resources.</summary>
    public Logs(StackSettings settings, ProjectFacts project, Services services) : base("logs", services)
    {
        Audit("allServices", "ADMIN_READ");
        foreach (var service in AuditedServices) Audit($"{service}.googleapis.com", "DATA_READ", "DATA_WRITE");
        _ = new Gcp.Logging.ProjectBucketConfig(
            "default",
            new() { Project = settings.Project, Location = "global", BucketId = "_Default", RetentionDays = RetentionDays },
            Own);
        foreach (var (name, description, filter) in Exclusions)
            _ = new Gcp.Logging.ProjectExclusion(
                name, new() { Project = settings.Project, Name = name, Description = description, Filter = filter }, Own);
        RegisterOutputs();

        void Audit(string service, params IEnumerable<string> types) => _ = new Gcp.Projects.IAMAuditConfig(
            $"audit-{service}",
            new()
            {
                Project = settings.Project,
                Service = service,
                // Cloud Storage is exempt, because it decrypts a key for each object that it reads.
                AuditLogConfigs =
                [
                    .. types.Select(type => new IAMAuditConfigAuditLogConfigArgs
                    {
                        LogType = type,
                        ExemptedMembers = { project.ServiceAgent("gs-project-accounts") },
                    }),
                ],
            },
            Own);
    }
}
