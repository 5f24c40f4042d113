using System.Text.Json;

namespace Spotify.Web.Requests;

/// <summary>Lists of ids or URIs in requests: <c>?ids=a,b</c>, <c>{"ids":["a","b"]}</c> or <c>["a","b"]</c>.</summary>
public static class RequestList
{
    private const int MaxShownLength = 60;

    /// <summary>Returns the list in the query or, if the query has none, the list in the body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The name of the query parameter and of the JSON member.</param>
    /// <param name="max">The maximum number of entries.</param>
    /// <exception cref="ApiException">400: the list is missing, empty or too long, or an entry is not a string.</exception>
    public static async Task<IReadOnlyList<string>> ReadAsync(HttpContext context, string name, int max) =>
        HasQuery(context, name) ? FromQuery(context, name, max) : FromBody((await RequestBody.ReadAsync(context)).Json(), name, max);

    /// <summary>Returns whether the query has the list.</summary>
    public static bool HasQuery(HttpContext context, string name) => !string.IsNullOrWhiteSpace(context.Request.Query[name]);

    /// <summary>Returns the list in the query.</summary>
    /// <exception cref="ApiException">400: the list is missing or too long.</exception>
    public static IReadOnlyList<string> FromQuery(HttpContext context, string name, int max) =>
        Parse(context.Request.Query[name], name, max);

    /// <summary>Returns the entries of a list separated by commas.</summary>
    /// <exception cref="ApiException">400: the list is missing or too long.</exception>
    public static IReadOnlyList<string> Parse(string? list, string name, int max) =>
        string.IsNullOrWhiteSpace(list) ? throw Missing(name) : Limited(list.Split(',', StringSplitOptions.TrimEntries), name, max);

    /// <summary>Returns the list in the body, which is an array or an object with the array as a member.</summary>
    /// <exception cref="ApiException">400: the list is missing, empty or too long, or an entry is not a string.</exception>
    public static IReadOnlyList<string> FromBody(JsonElement? body, string name, int max)
    {
        var list = body is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out var member) ? member : body;
        if (list is not { ValueKind: JsonValueKind.Array } array || array.GetArrayLength() == 0) throw Missing(name);
        return Limited([.. array.EnumerateArray().Select(Text)], name, max);

        string Text(JsonElement entry, int index) => entry.ValueKind == JsonValueKind.String
            ? entry.GetString()!
            : throw ApiException.BadRequest($"Invalid {name}: entry {index} is not a string");
    }

    /// <summary>Returns an entry for an error message, shortened if it is long.</summary>
    public static string Shown(string? entry) =>
        entry is null ? "null" : entry.Length > MaxShownLength ? entry[..MaxShownLength] + "…" : entry;

    private static string[] Limited(string[] list, string name, int max) =>
        list.Length <= max ? list : throw ApiException.BadRequest($"Too many {name} requested: at most {max}");

    private static ApiException Missing(string name) => ApiException.BadRequest($"Missing required parameter {name}");
}
