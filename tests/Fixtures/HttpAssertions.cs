using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Spotify.Fixtures;

/// <summary>Requests whose answers tests look into.</summary>
public static class HttpAssertions
{
    /// <summary>The JSON of a 200.</summary>
    public static async Task<JsonNode> GetJsonAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {(int)response.StatusCode} {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonNode.Parse(text)!;
    }

    /// <summary>The message of an error in the wire format.</summary>
    public static async Task<string> GetErrorAsync(this HttpClient client, string path, HttpStatusCode status)
    {
        using var response = await client.GetAsync(path);
        return await response.ErrorAsync(status);
    }

    /// <summary>The message of an error in the wire format.</summary>
    public static async Task<string> ErrorAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.RequestMessage?.RequestUri}: {(int)response.StatusCode} {text}");
        var error = (await response.Content.ReadFromJsonAsync<JsonObject>())!["error"]!;
        Assert.Equal((int)status, error["status"]!.GetValue<int>());
        return error["message"]!.GetValue<string>();
    }

    /// <summary>A string at a path of names and indexes.</summary>
    public static string? At(this JsonNode node, params object[] path)
    {
        JsonNode? current = node;
        foreach (var step in path) current = step is int index ? current?[index] : current?[(string)step];
        return current?.ToString();
    }
}
