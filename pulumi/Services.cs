using Pulumi;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>
/// The enabled Google services: those whose APIs create the declared resources, and those that a resource needs at run time.
/// </summary>
internal sealed class Services : ComponentResource
{
    // The services that create the resources of a module, or of a single type. The services of projects/* are enabled by hand, because
    // the program cannot enable services without them (docs/cloud.md).
    private static readonly Dictionary<string, string[]> Apis = new()
    {
        ["artifactregistry"] = ["artifactregistry"],
        ["bigquery"] = ["bigquery"],
        ["bigquery/reservation"] = ["bigqueryreservation"],
        ["bigquery/reservationAssignment"] = ["bigqueryreservation"],
        ["billing"] = ["billingbudgets"],
        ["cloudrunv2"] = ["run"],
        ["cloudscheduler"] = ["cloudscheduler"],
        ["cloudtasks"] = ["cloudtasks"],
        ["compute"] = ["compute"],
        ["firebaserules"] = ["firebaserules"],
        ["firestore"] = ["firestore"],
        ["iam"] = ["iam"],
        ["identityplatform"] = ["identitytoolkit"],
        ["kms"] = ["cloudkms"],
        ["logging"] = ["logging"],
        ["monitoring"] = ["monitoring"],
        ["projects"] = ["cloudresourcemanager"],
        ["projects/iAMCustomRole"] = ["iam"],
        ["projects/service"] = [],
        ["projects/serviceIdentity"] = [],
        ["pubsub"] = ["pubsub"],
        ["secretmanager"] = ["secretmanager"],
        ["serviceaccount"] = ["iam"],
        ["spanner"] = ["spanner"],
        ["storage"] = ["storage"],
    };

    // The services that clients of a resource call, in addition to those that create it.
    private static readonly Dictionary<string, string[]> RunTimeApis = new()
    {
        ["artifactregistry/repository"] = ["cloudbuild"],
        // A workflow exchanges GitHub's token for a federated one, and that for a token of the service account.
        ["iam/workloadIdentityPoolProvider"] = ["sts", "iamcredentials"],
    };

    private readonly Input<string> project;
    private readonly Dictionary<string, Gcp.Projects.Service> enabled = [];

    /// <summary>Enables no service yet. The declared resources determine the services.</summary>
    public Services(Input<string> project) : base("spotify:cloud:services", "services")
    {
        this.project = project;
        RegisterOutputs();
    }

    /// <summary>The types and modules whose services are known, such as <c>pubsub</c>.</summary>
    internal static IEnumerable<string> Known => Apis.Keys;

    /// <summary>Enables a service. It stays enabled when the stack is destroyed, because the project may need it elsewhere.</summary>
    /// <param name="name">The name without the domain, such as <c>pubsub</c>.</param>
    public Gcp.Projects.Service Enable(string name) => enabled.TryGetValue(name, out var service)
        ? service
        : enabled[name] = new Gcp.Projects.Service(
            name,
            new() { Project = project, ServiceName = $"{name}.googleapis.com", DisableOnDestroy = false },
            new CustomResourceOptions { Parent = this });

    /// <summary>Adds the services of a resource to its dependencies, and enables them.</summary>
    public ResourceTransformationResult? Require(ResourceTransformationArgs args)
    {
        if (args.Resource.GetResourceType().Split(':') is not ["gcp", var type, _]) return null;
        foreach (var service in RunTimeApis.GetValueOrDefault(type, [])) _ = Enable(service);
        var required = new CustomResourceOptions();
        foreach (var service in ApisOf(type)) required.DependsOn.Add(Enable(service));
        return new(args.Args, CustomResourceOptions.Merge((CustomResourceOptions)args.Options, required));
    }

    /// <summary>Returns the services that create resources of a type.</summary>
    /// <param name="type">The type, such as <c>pubsub/topic</c>.</param>
    /// <exception cref="RunException">The services are unknown.</exception>
    internal static IReadOnlyList<string> ApisOf(string type) =>
        Apis.GetValueOrDefault(type) ?? Apis.GetValueOrDefault(type.Split('/')[0])
        ?? throw new RunException($"The Google services that create {type} are unknown: add them to {nameof(Services)}.{nameof(Apis)}.");
}
