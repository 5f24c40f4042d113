using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;

namespace Spotify.Cloud.Tests.Mocks;

/// <summary>The schema of Google's provider, from <c>provider-schema.json</c>, which describes its own format.</summary>
internal static class ProviderSchema
{
    private static readonly JsonElement Root = Load();
    private static readonly ConcurrentDictionary<string, FrozenDictionary<string, Member>> Blocks = [];

    /// <summary>The version of the package <c>Pulumi.Gcp</c> that the schema belongs to.</summary>
    public static string PackageVersion => Root.GetProperty("package").GetString()!;

    /// <summary>Returns the members of a resource type by name; null for a type that is not in the file.</summary>
    public static FrozenDictionary<string, Member>? Find(string type) =>
        Root.GetProperty("resources").TryGetProperty(type, out var members) ? Blocks.GetOrAdd(type, _ => Read(members)) : null;

    /// <summary>Returns the members of a block: an object, or the name of a shared one.</summary>
    public static FrozenDictionary<string, Member> BlockOf(JsonElement block) => block.ValueKind == JsonValueKind.String
        ? Blocks.GetOrAdd(block.GetString()!, name => Read(Root.GetProperty("shared").GetProperty(name)))
        : Read(block);

    private static FrozenDictionary<string, Member> Read(JsonElement members) =>
        members.EnumerateObject().ToFrozenDictionary(member => member.Name, member => new Member(member.Value));

    private static JsonElement Load()
    {
        using var file = typeof(ProviderSchema).Assembly.GetManifestResourceStream("provider-schema.json")!;
        return JsonElement.Parse(new BinaryReader(file).ReadBytes((int)file.Length));
    }
}

/// <summary>A member of a resource or block in the provider's schema.</summary>
internal sealed class Member
{
    private static readonly Member Text = new(JsonElement.Parse("\"string\""));

    private readonly string[] words;
    private readonly JsonElement? details;
    private readonly Lazy<FrozenDictionary<string, Member>?> members;

    public Member(JsonElement json)
    {
        details = json.ValueKind == JsonValueKind.Object ? json : null;
        words = (details?.GetProperty("is") ?? json).GetString()!.Split(' ');
        members = new(() => Detail("props") is { } props ? ProviderSchema.BlockOf(props) : null);
    }

    /// <summary>The type: string, int, float, bool, list, set or map.</summary>
    public string Type => words[^1];

    /// <summary>Whether the program may set the member.</summary>
    public bool IsSettable => !Is("output");

    /// <summary>Whether the member is a list or set in Terraform.</summary>
    public bool IsCollection => Type is "list" or "set";

    /// <summary>The members of a block; null for other types.</summary>
    public FrozenDictionary<string, Member>? Members => members.Value;

    /// <summary>The elements of a list, set or map.</summary>
    public Member Element => Detail("elem") is { } element ? new Member(element) : Text;

    /// <summary>The minimum number of items.</summary>
    public int MinItems => Detail("minItems")?.GetInt32() ?? 0;

    /// <summary>The maximum number of items; null for any.</summary>
    public int? MaxItems => Detail("maxItems")?.GetInt32();

    /// <summary>The rules of a value, all of which must hold.</summary>
    public IEnumerable<JsonElement> Rules => Detail("valid")?.EnumerateArray().AsEnumerable() ?? [];

    /// <summary>Whether the member has a property of the legend, such as <c>required</c>.</summary>
    public bool Is(string word) => words.AsSpan(..^1).Contains(word);

    /// <summary>Returns the paths of a group, such as <c>conflictsWith</c>; empty if there is none.</summary>
    public IReadOnlyList<string> Paths(string group) =>
        Detail(group) is { } paths ? [.. paths.EnumerateArray().Select(path => path.GetString()!)] : [];

    private JsonElement? Detail(string name) => details is { } json && json.TryGetProperty(name, out var value) ? value : null;
}
