using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>
/// The state of a resource after the provider has read it again from Google, which does not return everything as it was sent.
/// </summary>
internal static partial class GoogleState
{
    // Blocks that are returned although they are empty: the provider's flatten functions keep them, or the API tells false from absent.
    private static readonly FrozenSet<string> KeptWhenEmpty = FrozenSet.Create(
        StringComparer.Ordinal,
        "compute/backendService cdnPolicy.cacheKeyPolicy",
        "firestore/field indexConfig",
        "firestore/field ttlConfig",
        "pubsub/subscription expirationPolicy",
        "secretmanager/secret replication",
        "secretmanager/secret replication.auto",
        "spanner/backupSchedule fullBackupSpec",
        "spanner/backupSchedule incrementalBackupSpec",
        "storage/bucket versioning");

    // Numbers that are returned although they are zero, because the default is another one.
    private static readonly FrozenSet<string> KeptWhenZero = FrozenSet.Create(
        StringComparer.Ordinal, "storage/bucket softDeletePolicy.retentionDurationSeconds");

    /// <summary>Returns the state of a resource: the inputs as Google returns them.</summary>
    public static ImmutableDictionary<string, object> Of(Declared resource, FrozenDictionary<string, Member> members) =>
        Block(members, resource.Inputs, $"{resource.Module} ");

    /// <summary>Whether Google does not distinguish a value from one that is not set. An empty block is distinguished.</summary>
    public static bool IsZero(object? value) => value is null or "" or false or 0.0 or ImmutableArray<object> { Length: 0 };

    private static ImmutableDictionary<string, object> Block(
        FrozenDictionary<string, Member> members, ImmutableDictionary<string, object> inputs, string at)
    {
        var state = ImmutableDictionary.CreateBuilder<string, object>();
        foreach (var (name, input) in inputs)
            if (members.TryGetValue(name, out var member) && Value(member, input, at + name) is { } value) state[name] = value;
        return state.ToImmutable();
    }

    private static object? Value(Member member, object? input, string path)
    {
        if (IsZero(input) && !KeptWhenZero.Contains(path)) return null;
        switch (input)
        {
            case ImmutableDictionary<string, object> block when member.Members is { } nested:
                var returned = Block(nested, block, $"{path}.");
                return returned.IsEmpty && !KeptWhenEmpty.Contains(path) ? null : returned;
            case ImmutableArray<object> list when member.Members is { } nested:
                return list.Select(item => (object)Block(nested, (ImmutableDictionary<string, object>)item, $"{path}.")).ToImmutableArray();
            case string json when path == "monitoring/dashboard dashboardJson":
                return WithoutZeros(JsonNode.Parse(json))!.ToJsonString();
            case string text when DurationPattern().Match(text) is { Success: true } match:
                return Duration(decimal.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
            default:
                return input;
        }
    }

    // Messages in JSON have no members with default values: https://protobuf.dev/programming-guides/json/
    private static JsonNode? WithoutZeros(JsonNode? node) => node switch
    {
        JsonObject message => new JsonObject(message
            .Select(member => KeyValuePair.Create(member.Key, WithoutZeros(member.Value)))
            .Where(member => member.Value is not null)),
        JsonArray { Count: > 0 } list => new JsonArray([.. list.Select(item => WithoutZeros(item) ?? item?.DeepClone())]),
        JsonValue value when value.ToJsonString() is not ("0" or "0.0" or "\"\"" or "false") => value.DeepClone(),
        _ => null,
    };

    // Google's format of durations: 0, 3, 6 or 9 digits after the point.
    private static string Duration(decimal seconds)
    {
        var formats = new[] { "0", "0.000", "0.000000", "0.000000000" };
        var text = formats.Select(format => seconds.ToString(format, CultureInfo.InvariantCulture));
        return text.First(part => decimal.Parse(part, CultureInfo.InvariantCulture) == seconds) + "s";
    }

    [GeneratedRegex(@"^([0-9]+(?:\.[0-9]{1,9})?)s$")]
    private static partial Regex DurationPattern();
}
