using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pulumi;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>A change of a resource between two deployments.</summary>
/// <param name="Path">The path of the input; empty for a resource that is created or deleted.</param>
/// <param name="Replaces">Whether the change replaces the resource.</param>
internal sealed record Change(Declared Resource, string Path, bool Replaces)
{
    /// <summary>Whether the resource is deleted before its replacement exists, because the program sets its name.</summary>
    public bool DeletesFirst => Replaces && ProviderSchema.Find(Resource.Type)!.Any(
        member => member.Value.Is("auto") && Resource.Inputs.ContainsKey(member.Key));

    /// <inheritdoc/>
    public override string ToString() => $"{Resource} {Path}";
}

/// <summary>The changes that the provider finds between the state of the resources and the inputs of another deployment.</summary>
internal static class ProviderDiff
{
    private static readonly string[] JsonRules = ["validation.StringIsJSON", "bigquery.validateBigQueryTableSchema"];

    /// <summary>Returns the changes of all resources.</summary>
    public static IReadOnlyList<Change> Between(IEnumerable<Declared> before, IEnumerable<Declared> after)
    {
        var (old, current) = (before.ToDictionary(Key), after.ToDictionary(Key));
        return
        [
            .. old.Where(entry => !current.ContainsKey(entry.Key)).Select(entry => new Change(entry.Value, "", false)),
            .. current.SelectMany(entry => old.TryGetValue(entry.Key, out var resource)
                ? Between(resource, entry.Value)
                : [new Change(entry.Value, "", false)]),
        ];
    }

    /// <summary>Returns the changes of a resource.</summary>
    public static IEnumerable<Change> Between(Declared before, Declared after) =>
        ProviderSchema.Find(after.Type) is { } members
            ? Block(members, GoogleState.Of(before, members), after.Inputs, "")
                .Where(change => !after.IgnoreChanges.Contains(change.Path.Split('.')[0]))
                .Select(change => new Change(after, change.Path, change.Replaces))
            : [];

    private static IEnumerable<(string Path, bool Replaces)> Block(
        FrozenDictionary<string, Member> members,
        ImmutableDictionary<string, object> old,
        ImmutableDictionary<string, object> current,
        string at) =>
        members.Where(member => member.Value.IsSettable).SelectMany(member =>
            Value(member.Value, old.GetValueOrDefault(member.Key), current.GetValueOrDefault(member.Key), $"{at}{member.Key}"));

    private static IEnumerable<(string Path, bool Replaces)> Value(Member member, object? old, object? current, string path)
    {
        // An input that is not set keeps the value that Google or the provider chose.
        if (GoogleState.IsZero(current) && (GoogleState.IsZero(old) || member.Is("computed") || member.Is("default"))) return [];
        var replaces = member.Is("forceNew");
        if (!member.IsCollection || member.Members is not { } nested) return AreEqual(member, old, current) ? [] : [(path, replaces)];
        var (before, after) = (Items(member, old), Items(member, current));
        return before.Count == after.Count
            ? before.Zip(after, (first, second) => Block(nested, first, second, $"{path}.")).SelectMany(changes => changes)
            : [(path, replaces || nested.Values.Any(item => item.Is("forceNew")))];
    }

    private static List<ImmutableDictionary<string, object>> Items(Member member, object? value)
    {
        var items = value switch
        {
            ImmutableArray<object> list => list.OfType<ImmutableDictionary<string, object>>(),
            ImmutableDictionary<string, object> block => [block],
            _ => [],
        };
        return [.. member.Type == "set" ? items.OrderBy(item => Text(member, item), StringComparer.Ordinal) : items];
    }

    // The provider compares an asset by its content, which is not known here.
    private static bool AreEqual(Member member, object? old, object? current) =>
        current is not AssetOrArchive && Text(member, old) == Text(member, current);

    private static string Text(Member member, object? value) => value switch
    {
        _ when GoogleState.IsZero(value) => "",
        string json when IsJson(member) => Sorted(JsonNode.Parse(json))!.ToJsonString(),
        ImmutableArray<object> list when member.Type == "set" =>
            JsonSerializer.Serialize(list.Select(item => Text(member.Element, item)).Order(StringComparer.Ordinal)),
        ImmutableArray<object> list => JsonSerializer.Serialize(list.Select(item => Text(member.Element, item))),
        ImmutableDictionary<string, object> map => JsonSerializer.Serialize(
            map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}={Text(member.Element, entry.Value)}")),
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static bool IsJson(Member member) => member.Rules.Any(rule =>
        rule.TryGetProperty("named", out var named) && JsonRules.Contains(named[0].GetString()));

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(
            map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(entry.Key, Sorted(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static (string, string) Key(Declared resource) => (resource.Type, resource.Name);
}
