using System.Collections.Immutable;
using System.Text.Json;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>A declared resource.</summary>
/// <param name="Type">The type, such as <c>gcp:storage/bucket:Bucket</c>.</param>
/// <param name="Name">The name of the Pulumi resource.</param>
/// <param name="Inputs">The inputs: strings, booleans, numbers (<see cref="double"/>), lists and maps.</param>
/// <param name="State">The state after creation.</param>
internal sealed record Declared(
    string Type, string Name, ImmutableDictionary<string, object> Inputs, ImmutableDictionary<string, object> State)
{
    /// <summary>The resource id.</summary>
    public required string Id { get; init; }

    /// <summary>The type without provider and module: <c>Bucket</c>.</summary>
    public string Kind => Type[(Type.LastIndexOf(':') + 1)..];

    /// <summary>The type without provider and class: <c>storage/bucket</c>. Empty for a component.</summary>
    public string Module => Type.Split(':') is ["gcp", var module, _] ? module : "";

    /// <summary>The name of the outermost component that contains the resource. Empty for a layer itself.</summary>
    public string Layer { get; set; } = "";

    /// <summary>The explicit dependencies, in addition to those through inputs.</summary>
    public ImmutableArray<(string Type, string Name)> DependsOn { get; set; } = [];

    /// <summary>The inputs whose changes Pulumi ignores.</summary>
    public ImmutableArray<string> IgnoreChanges { get; set; } = [];

    /// <summary>Returns a resource with inputs from JSON.</summary>
    public static Declared Parse(string type, string name, string json)
    {
        var inputs = InputsOf(JsonElement.Parse(json));
        return new Declared(type, name, inputs, inputs) { Id = "" };
    }

    /// <summary>Returns inputs from JSON.</summary>
    public static ImmutableDictionary<string, object> InputsOf(JsonElement json) => (ImmutableDictionary<string, object>)Plain(json);

    /// <summary>Returns the first string input at a path, such as <c>template.timeout</c>; null if there is none.</summary>
    public string? Text(string path) => All(path).OfType<string>().FirstOrDefault();

    /// <summary>Returns the inputs at a path, of all elements if the path contains lists.</summary>
    public IEnumerable<object> All(string path) => path.Length == 0
        ? [Inputs]
        : path.Split('.').Aggregate<string, IEnumerable<object>>(
            [Inputs], (values, part) => values.SelectMany(value => Step(value, part)));

    /// <summary>Returns the string inputs at a path.</summary>
    public IEnumerable<string> Texts(string path) => All(path).OfType<string>();

    /// <summary>Returns the numeric inputs at a path.</summary>
    public IEnumerable<double> Numbers(string path) => All(path).OfType<double>();

    /// <summary>Returns the maps at a path.</summary>
    public IEnumerable<ImmutableDictionary<string, object>> Maps(string path) =>
        All(path).OfType<ImmutableDictionary<string, object>>();

    /// <summary>Returns the environment variables of a Cloud Run service, except secrets.</summary>
    public ImmutableDictionary<string, string> Environment() => Maps("template.containers.envs")
        .Where(variable => variable.ContainsKey("value"))
        .ToImmutableDictionary(variable => (string)variable["name"], variable => (string)variable["value"]);

    /// <inheritdoc/>
    public override string ToString() => $"{Type} {Name}";

    private static object Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().ToImmutableDictionary(member => member.Name, member => Plain(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().Select(Plain).ToImmutableArray(),
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => value.GetString()!,
        _ => value.GetBoolean(),
    };

    private static IEnumerable<object> Step(object value, string part) =>
        value is ImmutableDictionary<string, object> map && map.TryGetValue(part, out var member)
            ? member is ImmutableArray<object> list ? list : [member]
            : [];
}
