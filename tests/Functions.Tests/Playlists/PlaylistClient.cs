using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spotify.Domain.Catalog;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Web.Identity;

namespace Spotify.Functions.Tests.Playlists;

/// <summary>Playlist requests of tests.</summary>
internal static class PlaylistClient
{
    /// <summary>A caller with all scopes.</summary>
    public static Caller Ada { get; } = new("ada", null, null, Product.Free, Scopes.All);

    public static string Uri(this Playable playable) => new Domain.SpotifyUri(playable.Type, playable.Id).ToString();

    /// <summary>Returns a JSON body with the members of an object.</summary>
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

    public static Task<string> AddAsync(this HttpClient client, string id, params Playable[] items) =>
        client.PostItemsAsync(id, new { uris = items.Select(Uri) });

    public static Task<string> AddAtAsync(
        this HttpClient client, string id, int position, string? snapshot, params Playable[] items) =>
        client.PostItemsAsync(id, new { uris = items.Select(Uri), position, snapshot_id = snapshot });

    public static Task<HttpResponseMessage> UpdateAsync(this HttpClient client, string id, object body) =>
        client.PutAsync($"/v1/playlists/{id}/items", Json(body));

    public static Task<HttpResponseMessage> RemoveAsync(this HttpClient client, string id, object body, string list = "items") =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/v1/playlists/{id}/{list}") { Content = Json(body) });

    /// <summary>Returns the names of a playlist's items, separated by spaces.</summary>
    public static async Task<string> NamesAsync(this HttpClient client, string id)
    {
        var page = await client.GetJsonAsync($"/v1/playlists/{id}/tracks?limit=100");
        var items = page["items"]!.AsArray();
        if (items.Count < 100) Assert.Equal(items.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), page.At("total"));
        return string.Join(' ', items.Select(item => item!.At("item", "name")));
    }

    public static async Task<string> SnapshotAsync(this HttpClient client, string id) =>
        (await client.GetJsonAsync($"/v1/playlists/{id}")).At("snapshot_id")!;

    private static async Task<string> PostItemsAsync(this HttpClient client, string id, object body)
    {
        using var response = await client.PostAsync($"/v1/playlists/{id}/items", Json(body));
        return (await response.JsonAsync(HttpStatusCode.Created)).At("snapshot_id")!;
    }
}
