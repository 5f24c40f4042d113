using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Spotify.Fixtures;

/// <summary>Requests with assertions on the response.</summary>
public static class HttpAssertions
{
    /// <summary>Sends a GET request, asserts status 200, and returns the JSON.</summary>
    public static async Task<JsonNode> GetJsonAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{path}: {(int)response.StatusCode} {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return JsonNode.Parse(text)!;
    }

    /// <summary>Sends a GET request, asserts an error, and returns its message.</summary>
    public static async Task<string> GetErrorAsync(this HttpClient client, string path, HttpStatusCode status)
    {
        using var response = await client.GetAsync(path);
        return await response.ErrorAsync(status);
    }

    /// <summary>Asserts an error and returns its message.</summary>
    public static async Task<string> ErrorAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.RequestMessage?.RequestUri}: {(int)response.StatusCode} {text}");
        var error = (await response.Content.ReadFromJsonAsync<JsonObject>())!["error"]!;
        Assert.Equal((int)status, error["status"]!.GetValue<int>());
        return error["message"]!.GetValue<string>();
    }

    /// <summary>Returns the value at a path of names and indexes.</summary>
    public static string? At(this JsonNode node, params object[] path)
    {
        JsonNode? current = node;
        foreach (var step in path) current = step is int index ? current?[index] : current?[(string)step];
        return current?.ToString();
    }
}
