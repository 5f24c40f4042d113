using Pulumi;
using Gcp = Pulumi.Gcp;

namespace Spotify.Cloud;

/// <summary>A group of resources of the cloud home. Each depends on the Google services that create it.</summary>
internal abstract class Layer(string name, Services services) : ComponentResource(
    $"spotify:cloud:{name}", name, new ComponentResourceOptions { ResourceTransformations = { services.Require } })
{
    /// <summary>Returns the options of a resource of this layer.</summary>
    protected CustomResourceOptions Own => After();

    /// <summary>Returns the options of a resource of this layer that depends on other resources.</summary>
    protected CustomResourceOptions After(params IEnumerable<Resource> others)
    {
        var options = new CustomResourceOptions { Parent = this };
        foreach (var resource in others) options.DependsOn.Add(resource);
        return options;
    }

    /// <summary>Declares the service agent of a Google service. A new project does not have it, and it has no roles yet.</summary>
    /// <param name="agent">The name of the Pulumi resource.</param>
    /// <param name="service">The service, such as <c>pubsub</c>.</param>
    protected Gcp.Projects.ServiceIdentity DeclareAgent(string agent, string service, string project) =>
        new(agent, new() { Project = project, Service = $"{service}.googleapis.com" }, After(services.Enable(service)));
}
