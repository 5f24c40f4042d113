using System.Collections.Immutable;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>A resource as the program declared it.</summary>
/// <param name="Type">Its type, such as <c>gcp:storage/bucket:Bucket</c>.</param>
/// <param name="Name">The name that Pulumi knows it by.</param>
/// <param name="Inputs">What it was given: text, truth values, numbers (<see cref="double"/>), lists and maps.</param>
/// <param name="State">What is known once it is made.</param>
internal sealed record Declared(string Type, string Name, ImmutableDictionary<string, object> Inputs, ImmutableDictionary<string, object> State)
{
    /// <summary>The id that it is made under.</summary>
    public required string Id { get; init; }

    /// <summary>Its type without the provider and the module: <c>Bucket</c>.</summary>
    public string Kind => Type[(Type.LastIndexOf(':') + 1)..];

    /// <summary>The component that it is part of; empty for a component.</summary>
    public string Layer { get; set; } = "";

    /// <summary>What it was told to wait for, beside what its inputs refer to.</summary>
    public ImmutableArray<(string Type, string Name)> WaitsFor { get; set; } = [];

    /// <summary>An input that is text, by a path such as <c>buildConfig.runtime</c>; null if there is none.</summary>
    public string? Text(string path) => All(path).OfType<string>().FirstOrDefault();

    /// <summary>Every input of a path; where it leads through lists, those of each element.</summary>
    public IEnumerable<object> All(string path) => path.Length == 0 ? [Inputs] : path.Split('.').Aggregate<string, IEnumerable<object>>([Inputs], (found, part) => found.SelectMany(value => Step(value, part)));

    /// <summary>Every input of a path that is text.</summary>
    public IEnumerable<string> Texts(string path) => All(path).OfType<string>();

    /// <summary>Every map of a path.</summary>
    public IEnumerable<ImmutableDictionary<string, object>> Maps(string path) => All(path).OfType<ImmutableDictionary<string, object>>();

    /// <inheritdoc/>
    public override string ToString() => $"{Type} {Name}";

    private static IEnumerable<object> Step(object value, string part) =>
        value is ImmutableDictionary<string, object> map && map.TryGetValue(part, out var found) ? found is ImmutableArray<object> list ? list : [found] : [];
}
