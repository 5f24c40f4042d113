using System.Text.Json;

namespace Spotify.Licensing.Jose;

/// <summary>The protected header of a JWS or JWE.</summary>
internal readonly record struct JoseHeader(JsonElement Members)
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <summary>Returns the value of a member; null if the header has no such member, or its value is not a string.</summary>
    public string? this[string name] => TextOf(Members, name);

    /// <summary>Returns the value of a member of an object; null if there is none, or its value is not a string of Unicode.</summary>
    public static string? TextOf(JsonElement members, string name)
    {
        try
        {
            return members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    /// <summary>Parses a header. Returns false unless it is an object without repeated names, and without extensions to understand.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out JoseHeader header)
    {
        header = default;
        if (!StrictBase64Url.TryDecode(text, out var json)) return false;
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            header = new(document.RootElement.Clone());
            return document.RootElement.ValueKind == JsonValueKind.Object && !header.HasAny("crit");
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Returns whether the header has any of these members.</summary>
    public bool HasAny(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Members.TryGetProperty(name, out _)) return true;
        }

        return false;
    }
}
