using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>A mismatch between a value and its schema.</summary>
/// <param name="At">The location, as a JSON path, with <c>[*]</c> for the entries of lists.</param>
/// <param name="Problem">The problem.</param>
public readonly record struct SchemaError(string At, string Problem)
{
    /// <summary>The problem of a missing required member.</summary>
    public const string Missing = "is missing";
}

/// <summary>
/// A validator of values against schemas of an <see cref="ApiDescription"/>. Supports the part of OpenAPI 3.0 that open-api.yml uses.
/// </summary>
public sealed class SchemaValidator(ApiDescription description)
{
    // Keywords that describe but do not constrain.
    private static readonly HashSet<string> Annotations =
    [
        "description", "example", "deprecated", "default", "title", "x-spotify-docs-type", "discriminator", "nullable", "format",
        "additionalProperties",
    ];

    /// <summary>Returns the mismatches of a value; empty if it is valid.</summary>
    /// <exception cref="NotSupportedException">The schema has an unsupported keyword.</exception>
    public IReadOnlyList<SchemaError> Validate(JsonObject schema, JsonNode? value)
    {
        var errors = new List<SchemaError>();
        Validate(description.Resolve(schema), value, "$", errors);
        return [.. errors.Distinct()];
    }

    private void Validate(JsonObject schema, JsonNode? value, string at, List<SchemaError> errors)
    {
        // Null is allowed if the schema is nullable, or if it only combines schemas that are all nullable.
        if (value is null && schema["nullable"]?.GetValue<bool>() == true) return;
        if (value is null && schema.ContainsKey("type"))
        {
            errors.Add(new(at, "is null, which the schema does not allow"));
            return;
        }

        foreach (var (keyword, constraint) in schema)
        {
            switch (keyword)
            {
                case "type":
                    if (!IsOfType(value!, constraint!.GetValue<string>())) errors.Add(new(at, $"is {Kind(value)}, not {constraint}"));
                    break;
                case "enum":
                    if (!constraint!.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)))
                        errors.Add(new(at, $"{value?.ToJsonString()} is not one of {constraint.ToJsonString()}"));
                    break;
                case "minimum" or "maximum" when value is JsonValue number && Kind(value) == "number":
                    if (number.Deserialize<double>().CompareTo(constraint.Deserialize<double>()) == (keyword == "minimum" ? -1 : 1))
                        errors.Add(new(at, $"{number} is beyond the {keyword} {constraint}"));
                    break;
                case "required" when value is JsonObject members:
                    foreach (var name in constraint!.AsArray().Select(name => name!.GetValue<string>()))
                        if (!members.ContainsKey(name)) errors.Add(new($"{at}.{name}", SchemaError.Missing));
                    break;
                case "properties" when value is JsonObject members:
                    foreach (var (name, property) in constraint!.AsObject())
                        if (members.TryGetPropertyValue(name, out var member))
                            Validate(description.Resolve(property!.AsObject()), member, $"{at}.{name}", errors);
                    break;
                case "items" when value is JsonArray entries:
                    foreach (var entry in entries) Validate(description.Resolve(constraint!.AsObject()), entry, at + "[*]", errors);
                    break;
                case "allOf":
                    foreach (var part in constraint!.AsArray()) Validate(description.Resolve(part!.AsObject()), value, at, errors);
                    break;
                case "oneOf":
                    OneOf(constraint!.AsArray(), value, at, errors);
                    break;
                case "minimum" or "maximum" or "required" or "properties" or "items":
                    break;
                default:
                    if (!Annotations.Contains(keyword)) throw new NotSupportedException($"{at}: {keyword} is not known to the validator.");
                    break;
            }
        }

        if (schema["format"]?.GetValue<string>() == "date-time" && value is JsonValue text && Kind(text) == "string"
            && !DateTimeOffset.TryParseExact(
                text.GetValue<string>(), "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
            errors.Add(new(at, $"{text} is not a time such as 2023-01-15T14:30:00Z"));
    }

    // Alternatives differ in the values allowed for `type`. If none matches, the one with the fewest mismatches is reported.
    private void OneOf(JsonArray alternatives, JsonNode? value, string at, List<SchemaError> errors)
    {
        var misses = alternatives.Select(alternative =>
        {
            var found = new List<SchemaError>();
            Validate(description.Resolve(alternative!.AsObject()), value, at, found);
            return found;
        }).OrderBy(found => found.Any(error => error.At == $"{at}.type")).ThenBy(found => found.Count).ToList();
        if (misses.Count(found => found.Count == 0) > 1) errors.Add(new(at, "fits more than one of the alternatives"));
        errors.AddRange(misses[0]);
    }

    private static bool IsOfType(JsonNode value, string type) => type switch
    {
        "integer" => Kind(value) == "number" && value.Deserialize<double>() is var number && Math.Floor(number).Equals(number),
        _ => Kind(value) == type,
    };

    private static string Kind(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };
}
