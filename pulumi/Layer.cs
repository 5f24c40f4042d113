using Pulumi;

namespace Spotify.Cloud;

/// <summary>A part of the cloud home: what it makes waits for the services of Google that the whole needs.</summary>
internal abstract class Layer(string name, Services services) : ComponentResource($"spotify:cloud:{name}", name)
{
    /// <summary>Options of what belongs to this part.</summary>
    protected CustomResourceOptions Own => After();

    /// <summary>Options of what belongs to this part and comes after something else.</summary>
    protected CustomResourceOptions After(params IEnumerable<Resource> others)
    {
        var options = new CustomResourceOptions { Parent = this };
        foreach (var resource in services.All.Concat(others)) options.DependsOn.Add(resource);
        return options;
    }
}
