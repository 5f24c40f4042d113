using Pulumi;

namespace Spotify.Cloud;

/// <summary>A group of resources of the cloud home. All of them depend on the enabled Google services.</summary>
internal abstract class Layer(string name, Services services) : ComponentResource($"spotify:cloud:{name}", name)
{
    /// <summary>Returns the options of a resource of this layer.</summary>
    protected CustomResourceOptions Own => After();

    /// <summary>Returns the options of a resource of this layer that depends on other resources.</summary>
    protected CustomResourceOptions After(params IEnumerable<Resource> others)
    {
        var options = new CustomResourceOptions { Parent = this };
        foreach (var resource in services.All.Concat(others)) options.DependsOn.Add(resource);
        return options;
    }
}
