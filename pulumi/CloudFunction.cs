using Spotify.Functions;
using Spotify.Web.Functions;

namespace Spotify.Cloud;

/// <summary>A function and its size.</summary>
/// <param name="Definition">The definition, from which everything but the size is derived.</param>
internal sealed record CloudFunction(FunctionDefinition Definition)
{
    /// <summary>Every function of the product.</summary>
    public static IReadOnlyList<CloudFunction> All { get; } =
        [.. FunctionDefinitions.All.Select(definition => new CloudFunction(definition))];

    /// <summary>The name.</summary>
    public string Name => Definition.Name;

    /// <summary>The caller.</summary>
    public Caller Caller => Definition.Caller;

    /// <summary>The resources that the function uses.</summary>
    public Resources Uses => Definition.Uses;

    /// <summary>Whether the function recommends, with a model in memory.</summary>
    public bool ReadsModels => Uses.Objects.TryGetValue("models", out var access) && access == Access.Read;

    /// <summary>The size without a model. See <see cref="StackSettings.SizeOf"/>.</summary>
    public Size Size => Sizes.Of(Name);

    /// <summary>
    /// Whether the function is behind the load balancer. The load balancer has no identity, so that anyone may call the function, but only
    /// through the load balancer.
    /// </summary>
    public bool IsPublic => Caller is Caller.Listeners or Caller.Anyone;

    /// <summary>The image: the stage of <c>infra/google/Dockerfile</c> that has what the function needs.</summary>
    public string Image => Uses.MediaEncoder ? "functions-ffmpeg" : "functions";

    /// <summary>The class in <c>infra/google/EntryPoints.cs</c>, with its namespace.</summary>
    public string EntryPoint => $"Spotify.Google.{Definition.EntryPoint}";

    /// <summary>Whether the function runs in every region, not only in the home region.</summary>
    public bool InEveryRegion => IsPublic || Definition.InEveryRegion;

    /// <summary>The routes, as path templates of the load balancer.</summary>
    public IReadOnlyList<string> Routes => RouteTable.Of(Definition);
}
