using System.Collections.Immutable;
using Pulumi;
using Pulumi.Utilities;
using Spotify.Cloud.Tests.Mocks;

namespace Spotify.Cloud.Tests;

/// <summary>The cloud home as a stack whose resources are watched.</summary>
internal sealed class WatchedHome : Stack
{
    public WatchedHome(ResourceWatch watch) : base(new StackOptions { ResourceTransformations = { watch.See } })
    {
        Told = Output.Create(CloudHome.DeployAsync()).Apply(TellAsync);
    }

    /// <summary>What an operator is told.</summary>
    [Output]
    public Output<ImmutableDictionary<string, object?>> Told { get; private set; }

    private static Output<ImmutableDictionary<string, object?>> TellAsync(IDictionary<string, object?> outputs) =>
        Output.All(outputs.Select(output => (Input<string>)((output.Value as Output<string>) ?? Output.Create((string?)output.Value ?? ""))))
            .Apply(values => outputs.Keys.Zip(values).ToImmutableDictionary(output => output.First, output => (object?)output.Second));
}

/// <summary>What the mocks are not told: whose part a resource is and what it waits for.</summary>
internal sealed class ResourceWatch
{
    private readonly List<(Resource Resource, InputList<Resource> WaitsFor, Resource? Parent)> seen = [];

    /// <summary>Sees a resource that is about to be declared.</summary>
    public ResourceTransformationResult? See(ResourceTransformationArgs args)
    {
        if (args.Resource is Stack) return null;
        lock (seen) seen.Add((args.Resource, args.Options.DependsOn, args.Options.Parent));
        return null;
    }

    /// <summary>Adds what was seen to what was declared.</summary>
    public async Task CompleteAsync(ImmutableArray<Resource> made, ImmutableArray<Declared> all)
    {
        var declared = all.ToDictionary(resource => (resource.Type, resource.Name));
        var parents = seen.ToDictionary(one => one.Resource, one => one.Parent is Stack ? null : one.Parent);
        foreach (var (resource, waitsFor, parent) in seen)
        {
            var found = declared[Key(resource)];
            found.Layer = parent is null or Stack ? "" : Outermost(parent).GetResourceName();
            found.WaitsFor = [.. (await OutputUtilities.GetValueAsync<ImmutableArray<Resource>>(waitsFor)).Select(Key)];
        }

        Resource Outermost(Resource resource) => parents.GetValueOrDefault(resource) is { } outer ? Outermost(outer) : resource;
    }

    private static (string, string) Key(Resource resource) => (resource.GetResourceType(), resource.GetResourceName());
}
