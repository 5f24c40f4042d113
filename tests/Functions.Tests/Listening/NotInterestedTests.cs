using System.Net;
using System.Text;
using System.Text.Json;
using Spotify.Domain;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Listening;

public sealed class NotInterestedTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Path = "/v1/me/taste/not-interested";

    private static readonly string Track = $"spotify:track:{TestCatalog.Dawn.Id}";
    private static readonly string Artist = $"spotify:artist:{TestCatalog.Zebra.Id}";
    private static readonly string Album = $"spotify:album:{TestCatalog.Sunrise.Id}";

    [Fact]
    public async Task Items_are_added_listed_and_removed()
    {
        using var listener = await fixture.Server.SignInAsync("not-interested");
        await SendAsync(listener, HttpMethod.Put, [Track, Artist, Artist]);
        await SendAsync(listener, HttpMethod.Put, [Album, Track]);
        Assert.Equal([Album, Artist, Track], (await UrisAsync(listener)).Order());
        var page = await listener.GetJsonAsync(Path + "?limit=1&offset=1");
        Assert.Equal("3", page.At("total"));
        Assert.Single(page["items"]!.AsArray());
        Assert.NotNull(page["items"]![0]!.At("added_at"));

        await SendAsync(listener, HttpMethod.Delete, [Track, Album]);
        await SendAsync(listener, HttpMethod.Delete, [Track]);
        Assert.Equal([Artist], await UrisAsync(listener));
        using var other = await fixture.Server.SignInAsync("interested");
        Assert.Empty(await UrisAsync(other));
    }

    [Fact]
    public async Task Invalid_items_change_nothing()
    {
        using var listener = await fixture.Server.SignInAsync("strict");
        foreach (var uri in (string[])[$"spotify:playlist:{SpotifyId.New()}", "spotify:user:bob", "spotify:track:x", Track[1..], ""])
        {
            await SendAsync(listener, HttpMethod.Put, [Track, uri], HttpStatusCode.BadRequest);
            await SendAsync(listener, HttpMethod.Delete, [Track, uri], HttpStatusCode.BadRequest);
        }

        await SendAsync(listener, HttpMethod.Put, [.. Enumerable.Range(0, 101).Select(UriOf)], HttpStatusCode.BadRequest);
        Assert.Empty(await UrisAsync(listener));
    }

    [Fact]
    public async Task A_listener_has_at_most_a_thousand()
    {
        using var listener = await fixture.Server.SignInAsync("picky");
        for (var i = 0; i < 1000; i += 100) await SendAsync(listener, HttpMethod.Put, [.. Enumerable.Range(i, 100).Select(UriOf)]);
        await SendAsync(listener, HttpMethod.Put, [UriOf(0)]);
        await SendAsync(listener, HttpMethod.Put, [UriOf(1000)], HttpStatusCode.BadRequest);
        await SendAsync(listener, HttpMethod.Delete, [UriOf(0)]);
        await SendAsync(listener, HttpMethod.Put, [UriOf(1000)]);
    }

    [Fact]
    public async Task Concurrent_requests_add_every_item_once()
    {
        using var listener = await fixture.Server.SignInAsync("hasty");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SendAsync(listener, HttpMethod.Put, [UriOf(i), UriOf(i + 1)])));
        Assert.Equal(9, (await UrisAsync(listener)).Count);
    }

    private static string UriOf(int number) => $"spotify:track:{SpotifyId.FromName($"not interested {number}")}";

    private static async Task<List<string>> UrisAsync(HttpClient listener) =>
        [.. (await listener.GetJsonAsync(Path + "?limit=50"))["items"]!.AsArray().Select(item => item!.At("uri")!)];

    private static async Task SendAsync(
        HttpClient listener, HttpMethod method, string[] uris, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var content = new StringContent(JsonSerializer.Serialize(new { uris }), Encoding.UTF8, "application/json");
        using var response = await listener.SendAsync(new HttpRequestMessage(method, Path) { Content = content });
        Assert.True(response.StatusCode == expected, $"{response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}
