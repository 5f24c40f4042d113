using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Pulumi;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>
/// The checks of the provider before it plans a resource: names, types, required and output-only members, values, and members that exclude
/// or require each other.
/// </summary>
internal sealed class ProviderCheck
{
    private readonly List<string> errors = [];
    private readonly ImmutableDictionary<string, object> root;

    private ProviderCheck(ImmutableDictionary<string, object> root) => this.root = root;

    /// <summary>Returns the errors of a resource.</summary>
    public static IEnumerable<string> Check(Declared resource)
    {
        if (resource.Module.Length == 0) return [];
        if (ProviderSchema.Find(resource.Type) is not { } members) return [$"{resource.Type} is not in provider-schema.json"];
        var check = new ProviderCheck(resource.Inputs);
        check.Block(members, resource.Inputs, "");
        check.Groups(members, resource.Inputs, "");
        return check.errors.Distinct();
    }

    private void Block(FrozenDictionary<string, Member> members, object value, string at)
    {
        if (value is not ImmutableDictionary<string, object> map)
        {
            errors.Add($"{at} is {Show(value)}, not an object");
            return;
        }

        foreach (var (name, input) in map)
        {
            var path = Join(at, name);
            if (input is null) continue;
            if (!members.TryGetValue(name, out var member)) errors.Add($"{path}: there is no such input");
            else if (!member.IsSettable) errors.Add($"{path} is output only");
            else Value(member, input, path);
        }
    }

    private void Value(Member member, object value, string path)
    {
        if (value is AssetOrArchive)
        {
            if (!member.Is("asset")) errors.Add($"{path} takes no asset");
        }
        else if (member.IsCollection) Items(member, value, path);
        else if (member.Type == "map") Map(member, value, path);
        else Scalar(member, value, path);
    }

    private void Items(Member member, object value, string path)
    {
        if (member.Is("flat") == value is ImmutableArray<object>)
        {
            errors.Add($"{path} is {Show(value)}, not {(member.Is("flat") ? "the one that there may be" : "a list")}");
            return;
        }

        var items = ItemsOf(value, path).ToList();
        if (items.Count < member.MinItems || items.Count > (member.MaxItems ?? int.MaxValue))
            errors.Add($"{path} has {items.Count} items, not {member.MinItems} to {member.MaxItems?.ToString() ?? "any number"}");
        foreach (var (item, at) in items)
        {
            if (member.Members is { } members) Block(members, item, at);
            else Value(member.Element, item, at);
        }
    }

    private void Map(Member member, object value, string path)
    {
        if (value is not ImmutableDictionary<string, object> map)
        {
            errors.Add($"{path} is {Show(value)}, not a map");
            return;
        }

        foreach (var (key, item) in map)
            if (item is not null) Scalar(member.Element, item, Join(path, key));
        Rules(member, map, path);
    }

    private void Scalar(Member member, object value, string path)
    {
        object? converted = (member.Type, value) switch
        {
            ("string", string) or ("bool", bool) => value,
            ("string", bool truth) => truth ? "true" : "false",
            ("string", double number) => number.ToString(CultureInfo.InvariantCulture),
            ("bool", string text) => text.ToUpperInvariant() switch { "TRUE" or "1" => true, "FALSE" or "0" => false, _ => null },
            ("int" or "float", double) => value,
            ("int" or "float", string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null,
            _ => null,
        };
        if (converted is null) errors.Add($"{path} is {Show(value)}, not a {member.Type}");
        else if (member.Type == "int" && !double.IsInteger((double)converted)) errors.Add($"{path} is {Show(value)}, not a whole number");
        else Rules(member, converted, path);
    }

    private void Rules(Member member, object value, string path) =>
        errors.AddRange(member.Rules.Select(rule => ValueRule.ErrorOf(rule, value)).OfType<string>().Select(error => $"{path} {error}"));

    private void Groups(FrozenDictionary<string, Member> members, ImmutableDictionary<string, object> map, string at)
    {
        foreach (var (name, member) in members)
        {
            var path = Join(at, name);
            if (member.Paths("exactlyOneOf") is { Count: > 0 } choice)
            {
                var given = choice.Append(path).Distinct().Where(IsSet).ToList();
                if (given.Count == 0) errors.Add($"has none of {string.Join(", ", choice)}");
                if (given.Count > 1) errors.Add($"{string.Join(" and ", given)} exclude each other");
            }

            if (member.Paths("atLeastOneOf") is { Count: > 0 } options && !options.Append(path).Any(IsSet))
                errors.Add($"has none of {string.Join(", ", options)}");
            if (map.GetValueOrDefault(name) is not { } value)
            {
                if (member.Is("required") && !member.Is("auto") && !member.Is("default")) errors.Add($"{path} is missing");
                continue;
            }

            errors.AddRange(member.Paths("requiredWith").Where(other => !IsSet(other)).Select(other => $"{path} requires {other}"));
            errors.AddRange(member.Paths("conflictsWith")
                .Where(other => other != path && IsSet(other))
                .Select(other => $"{path} and {other} exclude each other"));
            if (member.Members is { } nested)
            {
                foreach (var (item, itemPath) in ItemsOf(value, path))
                    if (item is ImmutableDictionary<string, object> block) Groups(nested, block, itemPath);
            }
        }
    }

    private bool IsSet(string path)
    {
        object? value = root;
        foreach (var part in path.Split('.'))
        {
            value = value switch
            {
                ImmutableDictionary<string, object> map => map.GetValueOrDefault(part),
                ImmutableArray<object> list when int.TryParse(part, out var index) && index < list.Length => list[index],
                _ => null,
            };
        }

        return value is not null;
    }

    // The items of a list with their paths; the object of a flat list.
    private static IEnumerable<(object Item, string Path)> ItemsOf(object value, string path) =>
        value is ImmutableArray<object> list ? list.Select((item, index) => (item, Join(path, $"{index}"))) : [(value, path)];

    private static string Join(string at, string name) => at.Length == 0 ? name : $"{at}.{name}";

    private static string Show(object value) => value switch
    {
        string text => $"'{text}'",
        ImmutableArray<object> => "a list",
        ImmutableDictionary<string, object> => "an object",
        _ => FormattableString.Invariant($"{value}"),
    };
}
