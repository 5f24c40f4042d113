using System.Net;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Library;

public sealed class FollowingTests : LibraryTestBase
{
    private HttpClient bob = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        bob = await Server.SignInAsync("bob");
    }

    [Fact]
    public async Task Followed_artists_are_shown_the_newest_first()
    {
        await DoAsync(Ada, "PUT", $"/v1/me/following?type=artist&ids={Zebra.Id}", expected: HttpStatusCode.NoContent);
        Time.Advance(TimeSpan.FromSeconds(1));
        await DoAsync(Ada, "PUT", "/v1/me/following?type=artist", $$"""{"ids":["{{Beyonce.Id}}"]}""", HttpStatusCode.NoContent);
        var artists = (await Ada.GetJsonAsync("/v1/me/following?type=artist"))["artists"]!;
        Assert.Equal(["Beyoncé Ångström", "Zebra"], artists["items"]!.AsArray().Select(artist => artist!.At("name")));
        Assert.Equal(("2", "20"), (artists.At("total"), artists.At("limit")));
        Assert.Null(artists.At("next"));
        Assert.Null(artists.At("cursors", "after"));
        Assert.Equal(
            [true, false],
            await BooleansAsync(Ada, $"/v1/me/following/contains?type=artist&ids={Zebra.Id},{SpotifyId.FromName("missing")}"));
        await DoAsync(Ada, "DELETE", $"/v1/me/following?type=artist&ids={Zebra.Id}", expected: HttpStatusCode.NoContent);
        Assert.Equal([false], await BooleansAsync(Ada, $"/v1/me/following/contains?type=artist&ids={Zebra.Id}"));
    }

    [Fact]
    public async Task Pages_continue_after_the_last_artist_when_more_are_followed_meanwhile()
    {
        var artists = Enumerable.Range(0, 10).Select(i => NewArtist($"Artist {i}", 50)).ToList();
        await Server.WriteAsync(artists.SelectMany(CatalogWriter.Write));
        await DoAsync(
            Ada,
            "PUT",
            $"/v1/me/following?type=artist&ids={string.Join(',', artists.Select(artist => artist.Id))}",
            expected: HttpStatusCode.NoContent);

        var shown = new List<string?>();
        for (var next = "/v1/me/following?type=artist&limit=3"; next is not null;)
        {
            var page = (await Ada.GetJsonAsync(next))["artists"]!;
            shown.AddRange(page["items"]!.AsArray().Select(artist => artist!.At("id")));
            next = page.At("next");
            Assert.Equal(next is null ? null : shown[^1], page.At("cursors", "after"));
            Time.Advance(TimeSpan.FromSeconds(1));
            if (shown.Count == 3)
                await DoAsync(Ada, "PUT", $"/v1/me/following?type=artist&ids={Zebra.Id}", expected: HttpStatusCode.NoContent);
        }

        Assert.Equal(artists.Select(artist => artist.Id), shown);
    }

    [Fact]
    public async Task A_client_that_unfollows_every_artist_it_read_still_gets_the_rest()
    {
        var artists = Enumerable.Range(0, 5).Select(i => NewArtist($"Artist {i}", 50)).ToList();
        await Server.WriteAsync(artists.SelectMany(CatalogWriter.Write));
        await DoAsync(
            Ada,
            "PUT",
            $"/v1/me/following?type=artist&ids={string.Join(',', artists.Select(artist => artist.Id))}",
            expected: HttpStatusCode.NoContent);
        var first = (await Ada.GetJsonAsync("/v1/me/following?type=artist&limit=2"))["artists"]!;
        await DoAsync(
            Ada, "DELETE", $"/v1/me/following?type=artist&ids={artists[0].Id},{artists[1].Id}", expected: HttpStatusCode.NoContent);
        var second = (await Ada.GetJsonAsync(first.At("next")!))["artists"]!;
        Assert.Equal([artists[2].Id, artists[3].Id], second["items"]!.AsArray().Select(artist => artist!.At("id")));
    }

    [Fact]
    public async Task Followers_are_counted_once_each()
    {
        var before = Beyonce.Followers;
        var listeners = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Server.SignInAsync($"listener-{i}")));
        foreach (var _ in Enumerable.Range(0, 2))
            await Task.WhenAll(
                listeners.Select(
                    listener => DoAsync(listener, "PUT", $"/v1/me/library?uris=spotify:artist:{Beyonce.Id},spotify:user:bob")));
        Assert.Equal($"{before + 20}", (await Ada.GetJsonAsync($"/v1/artists/{Beyonce.Id}")).At("followers", "total"));
        Assert.Equal("20", (await Ada.GetJsonAsync("/v1/users/bob")).At("followers", "total"));
        Assert.Equal("20", (await bob.GetJsonAsync("/v1/me")).At("followers", "total"));

        foreach (var _ in Enumerable.Range(0, 2))
            await Task.WhenAll(
                listeners.Take(5)
                    .Select(listener => DoAsync(listener, "DELETE", $"/v1/me/library?uris=spotify:artist:{Beyonce.Id},spotify:user:bob")));
        Assert.Equal($"{before + 15}", (await Ada.GetJsonAsync($"/v1/artists/{Beyonce.Id}")).At("followers", "total"));
        Assert.Equal("15", (await Ada.GetJsonAsync("/v1/users/bob")).At("followers", "total"));
    }

    [Fact]
    public async Task Users_cannot_follow_themselves_or_unknown_users()
    {
        await DoAsync(Ada, "PUT", "/v1/me/following?type=user&ids=ada,nobody,bob", expected: HttpStatusCode.NoContent);
        Assert.Equal([false, false, true], await BooleansAsync(Ada, "/v1/me/following/contains?type=user&ids=ada,nobody,bob"));
    }

    [Theory]
    [InlineData("GET", "?type=user")]
    [InlineData("GET", "")]
    [InlineData("GET", "?type=artist&after=x")]
    [InlineData("GET", "?type=artist&limit=51")]
    [InlineData("PUT", "?type=artist")]
    [InlineData("PUT", "?type=artist&ids=bob")]
    [InlineData("PUT", "?type=album&ids=bob")]
    [InlineData("PUT", "?ids=bob")]
    [InlineData("DELETE", "?type=user")]
    [InlineData("DELETE", "?type=user&ids=bob,%07")]
    public async Task Bad_input_is_refused(string method, string query)
    {
        using var response = await SendAsync(Ada, method, "/v1/me/following" + query);
        await response.ErrorAsync(HttpStatusCode.BadRequest);
    }
}
