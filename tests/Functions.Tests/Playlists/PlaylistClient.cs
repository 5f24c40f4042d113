using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spotify.Domain.Catalog;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Playlists;

/// <summary>What tests do with playlists, through the Web API.</summary>
internal static class PlaylistClient
{
    public static string Uri(this Playable playable) => $"spotify:{(playable.Type == Domain.EntityType.Episode ? "episode" : "track")}:{playable.Id}";

    /// <summary>A body of JSON from an object whose members are named as on the wire.</summary>
    public static StringContent Json(object body) => new(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");

    public static async Task<string> CreateAsync(this HttpClient client, object? details = null)
    {
        using var response = await client.PostAsync("/v1/me/playlists", Json(details ?? new { name = "Mine" }));
        return (await response.JsonAsync(HttpStatusCode.Created)).At("id")!;
    }

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response, HttpStatusCode status = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.RequestMessage?.RequestUri}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    public static async Task<string> AddAsync(this HttpClient client, string id, params Playable[] items) =>
        (await (await client.PostAsync($"/v1/playlists/{id}/items", Json(new { uris = items.Select(Uri) }))).JsonAsync(HttpStatusCode.Created)).At("snapshot_id")!;

    public static async Task<string> AddAtAsync(this HttpClient client, string id, int position, string? snapshot, params Playable[] items) =>
        (await (await client.PostAsync($"/v1/playlists/{id}/items", Json(new { uris = items.Select(Uri), position, snapshot_id = snapshot }))).JsonAsync(HttpStatusCode.Created))
            .At("snapshot_id")!;

    public static Task<HttpResponseMessage> UpdateAsync(this HttpClient client, string id, object body) => client.PutAsync($"/v1/playlists/{id}/items", Json(body));

    public static Task<HttpResponseMessage> RemoveAsync(this HttpClient client, string id, object body, string list = "items") =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/v1/playlists/{id}/{list}") { Content = Json(body) });

    /// <summary>The names of a playlist's items.</summary>
    public static async Task<string> NamesAsync(this HttpClient client, string id)
    {
        var page = await client.GetJsonAsync($"/v1/playlists/{id}/tracks?limit=100");
        var items = page["items"]!.AsArray();
        if (items.Count < 100) Assert.Equal(items.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), page.At("total"));
        return string.Join(' ', items.Select(item => item!.At("item", "name")));
    }

    public static async Task<string> SnapshotAsync(this HttpClient client, string id) => (await client.GetJsonAsync($"/v1/playlists/{id}")).At("snapshot_id")!;
}
