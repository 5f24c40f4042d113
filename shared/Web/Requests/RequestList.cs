using System.Text.Json;

namespace Spotify.Web.Requests;

/// <summary>Lists of ids or URIs as requests carry them: <c>?ids=a,b</c>, <c>{"ids":["a","b"]}</c> or <c>["a","b"]</c>.</summary>
public static class RequestList
{
    /// <summary>The list of the query, or of the body where the query has none.</summary>
    /// <param name="name">The parameter's and the member's name.</param>
    /// <param name="most">The most entries.</param>
    /// <exception cref="ApiException">400: there is none, it is empty or too long, or an entry is no string.</exception>
    public static async Task<IReadOnlyList<string>> ReadAsync(HttpContext context, string name, int most) =>
        HasQuery(context, name) ? FromQuery(context, name, most) : FromBody(await JsonBody.ReadAsync(context), name, most);

    /// <summary>Whether the query has such a list.</summary>
    public static bool HasQuery(HttpContext context, string name) => !string.IsNullOrWhiteSpace(context.Request.Query[name]);

    /// <summary>The list of the query.</summary>
    /// <exception cref="ApiException">400: there is none, or it is too long.</exception>
    public static IReadOnlyList<string> FromQuery(HttpContext context, string name, int most) =>
        HasQuery(context, name) ? Checked(context.Request.Query[name].ToString().Split(',', StringSplitOptions.TrimEntries), name, most) : throw Missing(name);

    /// <summary>The list of the body.</summary>
    /// <exception cref="ApiException">400: there is none, it is empty or too long, or an entry is no string.</exception>
    public static IReadOnlyList<string> FromBody(JsonElement? body, string name, int most)
    {
        var list = body is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out var member) ? member : body;
        if (list is not { ValueKind: JsonValueKind.Array } array || array.GetArrayLength() == 0) throw Missing(name);
        return Checked([.. array.EnumerateArray().Select((entry, i) =>
            entry.ValueKind == JsonValueKind.String ? entry.GetString()! : throw ApiException.BadRequest($"Invalid {name}: entry {i} is not a string"))], name, most);
    }

    /// <summary>An entry as error messages show it.</summary>
    public static string Shown(string entry) => entry.Length > 60 ? entry[..60] + "…" : entry;

    private static string[] Checked(string[] list, string name, int most) =>
        list.Length <= most ? list : throw ApiException.BadRequest($"Too many {name} requested: at most {most}");

    private static ApiException Missing(string name) => ApiException.BadRequest($"Missing required parameter {name}");
}
