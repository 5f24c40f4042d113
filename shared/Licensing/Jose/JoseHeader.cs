using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Spotify.Licensing.Jose;

/// <summary>The protected header of a JWS or JWE.</summary>
internal sealed class JoseHeader
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    private readonly Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> texts = new(StringComparer.Ordinal);

    private JoseHeader(JsonElement header)
    {
        foreach (var member in header.EnumerateObject())
        {
            members.Add(member.Name, member.Value);
            if (member.Value.ValueKind == JsonValueKind.String) texts.Add(member.Name, member.Value.GetString());
        }
    }

    /// <summary>Returns the value of a member; null if the header has no such member, or its value is not a string.</summary>
    public string? this[string name] => texts.GetValueOrDefault(name);

    /// <summary>Parses a header. Returns false unless it is an object without repeated names and without <c>crit</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out JoseHeader? header)
    {
        header = null;
        if (!StrictBase64Url.TryDecode(text, out var json)) return false;
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            header = new(document.RootElement.Clone());
            return !header.Has("crit");
        }
        // A text with half of a surrogate pair, or a header that is not an object.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Returns whether the header has a member.</summary>
    public bool Has(string name) => members.ContainsKey(name);

    /// <summary>Returns the value of a member.</summary>
    public JsonElement? Value(string name) => members.TryGetValue(name, out var value) ? value : null;
}
