using System.Collections.Immutable;
using Pulumi;
using Pulumi.Utilities;
using Spotify.Cloud.Tests.Mocks;

namespace Spotify.Cloud.Tests;

/// <summary>A stack of the cloud home whose resources are recorded.</summary>
internal sealed class WatchedHome : Stack
{
    public WatchedHome(ResourceWatch watch, IReadOnlyList<CloudFunction> functions, string root, IRuleReleases releases)
        : base(new StackOptions { ResourceTransformations = { watch.Record } })
    {
        Outputs = Output.Create(CloudProgram.DeployAsync(functions, root, releases)).Apply(ResolveAsync);
    }

    /// <summary>The outputs of the stack.</summary>
    [Output]
    public Output<ImmutableDictionary<string, object?>> Outputs { get; private set; }

    // Secrets are shown as Pulumi prints them.
    private static async Task<ImmutableDictionary<string, object?>> ResolveAsync(IDictionary<string, object?> outputs)
    {
        var resolved = ImmutableDictionary.CreateBuilder<string, object?>();
        foreach (var (name, value) in outputs)
        {
            resolved[name] = value is not Output<string> output ? value ?? ""
                : await Output.IsSecretAsync(output) ? "[secret]"
                : await OutputUtilities.GetValueAsync(output);
        }

        return resolved.ToImmutable();
    }
}

/// <summary>Records the options of resources that Pulumi does not pass to mocks: the parent, the dependencies and ignored inputs.</summary>
internal sealed class ResourceWatch
{
    private readonly List<(Resource Resource, ResourceOptions Options)> recorded = [];

    /// <summary>Records a resource before it is declared. Changes nothing.</summary>
    public ResourceTransformationResult? Record(ResourceTransformationArgs args)
    {
        if (args.Resource is Stack) return null;
        lock (recorded) recorded.Add((args.Resource, args.Options));
        return null;
    }

    /// <summary>Sets the layer, the dependencies and the ignored inputs of the declared resources.</summary>
    public async Task CompleteAsync(ImmutableArray<Declared> all)
    {
        var declared = all.ToDictionary(resource => (resource.Type, resource.Name));
        var parents = recorded.ToDictionary(entry => entry.Resource, entry => entry.Options.Parent is Stack ? null : entry.Options.Parent);
        foreach (var (resource, options) in recorded)
        {
            var entry = declared[Key(resource)];
            entry.Layer = options.Parent is null or Stack ? "" : Outermost(options.Parent).GetResourceName();
            entry.DependsOn = [.. (await OutputUtilities.GetValueAsync<ImmutableArray<Resource>>(options.DependsOn)).Select(Key)];
            entry.IgnoreChanges = [.. options.IgnoreChanges];
        }

        Resource Outermost(Resource resource) => parents.GetValueOrDefault(resource) is { } outer ? Outermost(outer) : resource;
    }

    private static (string, string) Key(Resource resource) => (resource.GetResourceType(), resource.GetResourceName());
}
