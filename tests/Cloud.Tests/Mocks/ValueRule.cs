using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>The rules of values in the provider's schema: <c>valid</c> in <c>provider-schema.json</c>.</summary>
internal static partial class ValueRule
{
    // Functions of the provider, by name, with what is wrong with a value that they refuse.
    private static readonly Dictionary<string, (Func<object, bool> Accepts, string Error)> Functions = new()
    {
        ["tpgiamresource.validateIAMMember"] = (value => MemberPattern().IsMatch(Text(value)), "is not an IAM member"),
        ["validation.StringIsJSON"] = (value => Json(value) is not null, "is not JSON"),
        ["validation.IsCIDR"] = (value => IPNetwork.TryParse(Text(value), out _), "is not an address range"),
        ["verify.ValidateBase64String"] = (value => Base64.IsValid(Text(value)), "is not base64"),
        ["bigquery.validateBigQueryTableSchema"] = (value => Json(value)?.ValueKind == JsonValueKind.Array, "is not a list of fields"),
        ["bigquery.validateDatasetId"] = (value => DatasetPattern().IsMatch(Text(value)), "is not the id of a dataset"),
        ["bigquery.validateDefaultTableExpirationMs"] = (value => Number(value) >= 3_600_000, "is less than an hour"),
        ["cloudscheduler.validateHttpHeaders"] = (value => !Keys(value).Any(HeaderPattern().IsMatch), "has a header that cannot be set"),
        ["iambeta.ValidateWorkloadIdentityPoolId"] = (value => PoolPattern().IsMatch(Text(value)), "is not the id of a pool"),
        ["iambeta.ValidateWorkloadIdentityPoolProviderId"] = (value => PoolPattern().IsMatch(Text(value)), "is not the id of a provider"),
        ["kms.validateKmsCryptoKeyRotationPeriod"] = (value => Seconds(Text(value)) >= 86_400, "is not a duration of at least a day"),
        ["monitoring.validateAvailabilitySli"] = (value => value is true, "is not true"),
        ["monitoring.validateMonitoringSloGoal"] = (value => Number(value) is > 0 and <= 0.9999, "is not above 0 and at most 0.9999"),
        ["resourcemanager.validateProjectServiceService"] = (value => Text(value).Contains('.'), "is not a service"),
        ["storage.labelKeyValidator"] = (value => Keys(value).All(LabelPattern().IsMatch), "has an invalid label"),
    };

    /// <summary>Returns what is wrong with a value; null if nothing.</summary>
    public static string? ErrorOf(JsonElement rule, object value)
    {
        foreach (var part in rule.EnumerateObject())
        {
            var error = part.Name switch
            {
                "enum" => Enum(part.Value, rule.TryGetProperty("ignoreCase", out _), value),
                "ignoreCase" => null,
                "not" when part.Value.EnumerateArray().Any(word => Is(word, value, false)) => "is not allowed",
                "range" => Range(part.Value, Number(value)),
                "length" => Length(part.Value, Encoding.UTF8.GetByteCount(Text(value))),
                "divisor" when Number(value) % part.Value.GetDouble() != 0 => $"is not a multiple of {part.Value}",
                "pattern" when !Pattern(part.Value).IsMatch(Text(value)) => $"is '{value}', which does not match {part.Value}",
                "notPattern" when Pattern(part.Value).IsMatch(Text(value)) => $"is '{value}', which matches {part.Value}",
                "any" => Any(part.Value, value),
                "orEmpty" when value is not "" => All(part.Value, value),
                "named" => Named(part.Value[0].GetString()!, value),
                "not" or "divisor" or "pattern" or "notPattern" or "orEmpty" => null,
                _ => throw new NotSupportedException($"The rule {part.Name} of the provider's schema is not ported."),
            };
            if (error is not null) return error;
        }

        return null;
    }

    private static string? Enum(JsonElement words, bool ignoreCase, object value) =>
        words.EnumerateArray().Any(word => Is(word, value, ignoreCase))
            ? null
            : $"is '{value}', not one of {string.Join(", ", words.EnumerateArray())}";

    private static string? Range(JsonElement range, double number)
    {
        var (min, max) = (Bound(range[0], double.MinValue), Bound(range[1], double.MaxValue));
        return number >= min && number <= max ? null : FormattableString.Invariant($"is {number}, not {range[0]} to {range[1]}");
    }

    private static string? Length(JsonElement range, int bytes) =>
        bytes >= range[0].GetInt32() && bytes <= range[1].GetInt32() ? null : $"has {bytes} bytes, not {range[0]} to {range[1]}";

    private static string? Any(JsonElement options, object value)
    {
        var errors = options.EnumerateArray().Select(option => All(option, value)).ToList();
        return errors.Contains(null) ? null : string.Join("; ", errors);
    }

    private static string? All(JsonElement rules, object value) =>
        rules.EnumerateArray().Select(rule => ErrorOf(rule, value)).FirstOrDefault(error => error is not null);

    private static string? Named(string name, object value)
    {
        var (accepts, error) = Functions.GetValueOrDefault(name);
        if (accepts is null) throw new NotSupportedException($"The function {name} of the provider is not ported.");
        return accepts(value) ? null : error;
    }

    private static bool Is(JsonElement word, object value, bool ignoreCase) => value switch
    {
        string text => string.Equals(
            word.ToString(), text, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal),
        double number => word.ValueKind == JsonValueKind.Number && word.GetDouble() == number,
        bool truth => word.ValueKind == (truth ? JsonValueKind.True : JsonValueKind.False),
        _ => false,
    };

    private static double Bound(JsonElement bound, double none) => bound.ValueKind == JsonValueKind.Null ? none : bound.GetDouble();

    // In Go, $ matches only the end of the text.
    private static Regex Pattern(JsonElement pattern) => new(EndPattern().Replace(pattern.GetString()!, "\\z"));

    private static string Text(object value) => value as string ?? "";

    private static double Number(object value) => value as double? ?? double.NaN;

    private static IEnumerable<string> Keys(object value) => ((ImmutableDictionary<string, object>)value).Keys;

    private static double Seconds(string text) =>
        text.EndsWith('s') && double.TryParse(text[..^1], CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;

    private static JsonElement? Json(object value)
    {
        try
        {
            return JsonElement.Parse(Text(value));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"(?<!\\)\$(?=\)*(\||$))")]
    private static partial Regex EndPattern();

    [GeneratedRegex("^(?!deleted)(.+:.+|projectOwners|projectReaders|projectWriters|allUsers|allAuthenticatedUsers)$")]
    private static partial Regex MemberPattern();

    [GeneratedRegex("^[0-9A-Za-z_]{1,1024}$")]
    private static partial Regex DatasetPattern();

    [GeneratedRegex("^Content-Length$|X-Google-|X-AppEngine-")]
    private static partial Regex HeaderPattern();

    [GeneratedRegex(@"^(?!gcp-)[0-9a-z-]{4,32}(\.svc\.id\.goog)?$")]
    private static partial Regex PoolPattern();

    [GeneratedRegex("^[a-z0-9_-]{1,63}$")]
    private static partial Regex LabelPattern();
}
