using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>A value that does not fit its schema.</summary>
/// <param name="At">Where, as a JSON path, with <c>[*]</c> for the entries of lists.</param>
/// <param name="Problem">Why.</param>
public readonly record struct SchemaError(string At, string Problem)
{
    /// <summary>The problem of a required member that is not there.</summary>
    public const string Missing = "is missing";
}

/// <summary>Holds values against schemas of an <see cref="ApiDescription"/>: as much of OpenAPI 3.0's schemas as that uses.</summary>
public sealed class SchemaValidator(ApiDescription description)
{
    // What describes and does not constrain.
    private static readonly HashSet<string> Annotations =
        ["description", "example", "deprecated", "default", "title", "x-spotify-docs-type", "discriminator", "nullable", "format", "additionalProperties"];

    /// <summary>What is wrong with a value; nothing if it fits.</summary>
    /// <exception cref="NotSupportedException">The schema has a keyword that is not known here.</exception>
    public IReadOnlyList<SchemaError> Validate(JsonObject schema, JsonNode? value)
    {
        var errors = new List<SchemaError>();
        Validate(description.Resolve(schema), value, "$", errors);
        return [.. errors.Distinct()];
    }

    private void Validate(JsonObject schema, JsonNode? value, string at, List<SchemaError> errors)
    {
        // Null is fine where the schema says so, or has nothing to say of its own and all that it is made of say so.
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
                    if (!constraint!.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value))) errors.Add(new(at, $"{value?.ToJsonString()} is not one of {constraint.ToJsonString()}"));
                    break;
                case "minimum" or "maximum" when value is JsonValue number && Kind(value) == "number":
                    if (number.Deserialize<double>().CompareTo(constraint.Deserialize<double>()) == (keyword == "minimum" ? -1 : 1)) errors.Add(new(at, $"{number} is beyond the {keyword} {constraint}"));
                    break;
                case "required" when value is JsonObject members:
                    foreach (var name in constraint!.AsArray().Select(name => name!.GetValue<string>()))
                        if (!members.ContainsKey(name)) errors.Add(new($"{at}.{name}", SchemaError.Missing));
                    break;
                case "properties" when value is JsonObject members:
                    foreach (var (name, property) in constraint!.AsObject())
                        if (members.TryGetPropertyValue(name, out var member)) Validate(description.Resolve(property!.AsObject()), member, $"{at}.{name}", errors);
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
            && !DateTimeOffset.TryParseExact(text.GetValue<string>(), "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
            errors.Add(new(at, $"{text} is not a time such as 2023-01-15T14:30:00Z"));
    }

    // The alternatives tell themselves apart by the values they allow for `type`. If none is met, the nearest miss says most.
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
