using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>An operation in open-api.yml.</summary>
/// <param name="Id">The <c>operationId</c>.</param>
/// <param name="Route">The method and the path under <c>/v1</c>, with <c>{}</c> for parameters.</param>
/// <param name="Responses">The schema of each status; null for a response without a body.</param>
public sealed record ApiOperation(string Id, string Route, IReadOnlyDictionary<int, JsonObject?> Responses);

/// <summary>The description of the Web API, <c>tests/Contracts/open-api.yml</c> (OpenAPI 3.0).</summary>
public sealed class ApiDescription
{
    private static readonly HashSet<string> Methods = ["get", "put", "post", "delete"];

    private readonly JsonObject root;

    /// <summary>Reads a description.</summary>
    public ApiDescription(TextReader yaml)
    {
        var stream = new YamlStream();
        stream.Load(yaml);
        root = (JsonObject)ToJson(stream.Documents[0].RootNode)!;
        Operations = [.. root["paths"]!.AsObject().SelectMany(path =>
            path.Value!.AsObject()
                .Where(entry => Methods.Contains(entry.Key))
                .Select(entry => Operation(entry.Key, path.Key, entry.Value!.AsObject())))];
    }

    /// <summary>The description that this product implements.</summary>
    public static ApiDescription Current { get; } = Load();

    /// <summary>All operations.</summary>
    public IReadOnlyList<ApiOperation> Operations { get; }

    /// <summary>Returns a node, or the node that it references.</summary>
    public JsonObject Resolve(JsonObject node)
    {
        while (node["$ref"]?.GetValue<string>() is { } reference)
        {
            JsonNode target = root;
            foreach (var step in reference.Split('/').Skip(1))
                target = target[step] ?? throw new FormatException($"{reference} leads nowhere.");
            node = target.AsObject();
        }

        return node;
    }

    /// <summary>Returns a path without the names of its parameters.</summary>
    public static string Template(string path) => System.Text.RegularExpressions.Regex.Replace(path, @"\{[^}]*\}", "{}");

    private static ApiDescription Load()
    {
        using var reader = new StreamReader(Path.Combine(AppContext.BaseDirectory, "open-api.yml"));
        return new ApiDescription(reader);
    }

    private ApiOperation Operation(string method, string path, JsonObject operation) => new(
        operation["operationId"]!.GetValue<string>(),
        $"{method.ToUpperInvariant()} /v1{Template(path)}",
        operation["responses"]!.AsObject().ToDictionary(
            response => int.Parse(response.Key, CultureInfo.InvariantCulture),
            response => Resolve(response.Value!.AsObject())["content"]?["application/json"]?["schema"]?.AsObject()));

    // In YAML's core schema, quoted scalars are strings.
    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping =>
            new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, ToJson(child.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } scalar => scalar.Value,
        YamlScalarNode { Value: "" or "~" or "null" } => null,
        YamlScalarNode { Value: "true" } => true,
        YamlScalarNode { Value: "false" } => false,
        YamlScalarNode { Value: { } value } when long
            .TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) =>
            integer,
        YamlScalarNode { Value: { } value } when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
            number,
        YamlScalarNode scalar => scalar.Value,
        _ => throw new FormatException($"{node.Start}: aliases are not read."),
    };
}
