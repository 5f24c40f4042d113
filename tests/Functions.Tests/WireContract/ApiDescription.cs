using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>An operation in an OpenAPI description.</summary>
/// <param name="Id">The <c>operationId</c>.</param>
/// <param name="Route">The method and the path, with <c>{}</c> for parameters.</param>
/// <param name="Parameters">The parameters in the path and the query, such as <c>query limit</c>.</param>
/// <param name="HasBody">Whether requests may have a body.</param>
/// <param name="Responses">The schema of each status; null for a response without a body.</param>
/// <param name="Node">The operation.</param>
public sealed record ApiOperation(
    string Id,
    string Route,
    IReadOnlySet<string> Parameters,
    bool HasBody,
    IReadOnlyDictionary<int, JsonObject?> Responses,
    JsonObject Node)
{
    /// <summary>The scopes that the operation names, each once.</summary>
    public IReadOnlyList<string> Scopes { get; } =
    [
        .. (Node["security"]?.AsArray() ?? [])
            .SelectMany(requirement => requirement!["oauth_2_0"]?.AsArray() ?? [])
            .Select(scope => scope!.GetValue<string>())
            .Distinct(),
    ];
}

/// <summary>An OpenAPI description in YAML or JSON.</summary>
public sealed class ApiDescription
{
    private static readonly HashSet<string> Methods = ["get", "put", "post", "delete"];

    private readonly JsonObject root;
    private readonly string basePath;

    /// <summary>Reads a description.</summary>
    /// <param name="yaml">The description.</param>
    /// <param name="basePath">The path of the server.</param>
    public ApiDescription(TextReader yaml, string basePath = "")
    {
        this.basePath = basePath;
        var stream = new YamlStream();
        stream.Load(yaml);
        root = (JsonObject)ToJson(stream.Documents[0].RootNode)!;
        Operations = [.. root["paths"]!.AsObject().SelectMany(path =>
            path.Value!.AsObject()
                .Where(entry => Methods.Contains(entry.Key))
                .Select(entry => Operation(entry.Key, path.Key, entry.Value!.AsObject())))];
    }

    /// <summary>The description that this product implements: <c>tests/Contracts/open-api.yml</c>.</summary>
    public static ApiDescription Current { get; } = Load();

    /// <summary>All operations.</summary>
    public IReadOnlyList<ApiOperation> Operations { get; }

    /// <summary>The schemas by name.</summary>
    public JsonObject Schemas => root["components"]!["schemas"]!.AsObject();

    /// <summary>The security schemes by name.</summary>
    public JsonObject SecuritySchemes => root["components"]!["securitySchemes"]!.AsObject();

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
        return new ApiDescription(reader, "/v1");
    }

    private ApiOperation Operation(string method, string path, JsonObject operation) => new(
        operation["operationId"]!.GetValue<string>(),
        $"{method.ToUpperInvariant()} {basePath}{Template(path)}",
        (operation["parameters"]?.AsArray() ?? [])
            .Select(parameter => Resolve(parameter!.AsObject()))
            .Where(parameter => parameter["in"]!.GetValue<string>() is "path" or "query")
            .Select(parameter => $"{parameter["in"]} {parameter["name"]}")
            .ToHashSet(StringComparer.Ordinal),
        operation.ContainsKey("requestBody"),
        operation["responses"]!.AsObject()
            .Where(response => int.TryParse(response.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .ToDictionary(
                response => int.Parse(response.Key, CultureInfo.InvariantCulture),
                response => Resolve(response.Value!.AsObject())["content"]?["application/json"]?["schema"]?.AsObject()),
        operation);

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
