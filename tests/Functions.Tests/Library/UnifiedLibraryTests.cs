using System.Net;
using Spotify.Domain;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Library;

public sealed class UnifiedLibraryTests : LibraryTestBase
{
    private static readonly string[] Uris =
    [
        $"spotify:track:{Dawn.Id}", $"spotify:album:{Sunrise.Id}", $"spotify:episode:{Pilot.Id}", $"spotify:show:{Radio.Id}",
        $"spotify:audiobook:{Book.Id}",
        $"spotify:artist:{Beyonce.Id}", "spotify:user:bob",
    ];

    [Fact]
    public async Task One_list_of_uris_reaches_every_part_of_the_library()
    {
        await Server.SignInAsync("bob");
        var all = string.Join(',', Uris);
        Assert.All(await BooleansAsync(Ada, $"/v1/me/library/contains?uris={all}"), Assert.False);
        await DoAsync(Ada, "PUT", $"/v1/me/library?uris={all}");
        Assert.All(await BooleansAsync(Ada, $"/v1/me/library/contains?uris={all}"), Assert.True);
        Assert.Equal([Dawn.Id], Ids(await Ada.GetJsonAsync("/v1/me/tracks"), "track"));
        Assert.Equal([true], await BooleansAsync(Ada, $"/v1/me/following/contains?type=artist&ids={Beyonce.Id}"));
        Assert.Equal([true], await BooleansAsync(Ada, "/v1/me/following/contains?type=user&ids=bob"));

        await DoAsync(Ada, "DELETE", $"/v1/me/library?uris={Uris[0]},{Uris[6]}");
        Assert.Equal([false, true, true, true, true, true, false], await BooleansAsync(Ada, $"/v1/me/library/contains?uris={all}"));
        Assert.Equal("0", (await Ada.GetJsonAsync("/v1/users/bob")).At("followers", "total"));
    }

    [Fact]
    public async Task Playlists_are_followed_by_uri()
    {
        var bob = await Server.SignInAsync("bob");
        var (shared, hidden) = (
            await bob.CreateAsync(new { name = "Shared", @public = true }),
            await bob.CreateAsync(new { name = "Hidden", @public = false }));
        var uris =
            $"spotify:playlist:{shared},spotify:track:{Dawn.Id},spotify:playlist:{hidden},spotify:playlist:{SpotifyId.FromName("missing")}";
        for (var i = 0; i < 2; i++) await DoAsync(Ada, "PUT", $"/v1/me/library?uris={uris}");
        Assert.Equal([true, true, false, false], await BooleansAsync(Ada, $"/v1/me/library/contains?uris={uris}"));
        Assert.Equal("1", (await Ada.GetJsonAsync($"/v1/playlists/{shared}")).At("followers", "total"));
        Assert.Equal("1", (await Ada.GetJsonAsync("/v1/me/playlists")).At("total"));

        for (var i = 0; i < 2; i++) await DoAsync(Ada, "DELETE", $"/v1/me/library?uris={uris}");
        Assert.Equal([false, false, false, false], await BooleansAsync(Ada, $"/v1/me/library/contains?uris={uris}"));
        Assert.Equal("0", (await Ada.GetJsonAsync($"/v1/playlists/{shared}")).At("followers", "total"));
    }

    [Theory]
    [InlineData("", "Missing required parameter uris")]
    [InlineData("?uris=spotify:track:@,spotify:track:short", "spotify:track:short")]
    [InlineData("?uris=spotify:track:@,@", "Invalid URI")]
    [InlineData("?uris=spotify:track:@,spotify:chapter:@", "Unsupported URI in uris: spotify:chapter:")]
    [InlineData("?uris=spotify:track:@,spotify:user:%07", "Invalid URI")]
    public async Task Bad_uris_are_refused_and_change_nothing(string query, string message)
    {
        foreach (var method in new[] { "PUT", "DELETE" })
        {
            using var response = await SendAsync(Ada, method, "/v1/me/library" + query.Replace("@", Dawn.Id, StringComparison.Ordinal));
            Assert.Contains(message, await response.ErrorAsync(HttpStatusCode.BadRequest));
        }

        Assert.Contains(
            message,
            await Ada.GetErrorAsync(
                "/v1/me/library/contains" + query.Replace("@", Dawn.Id, StringComparison.Ordinal), HttpStatusCode.BadRequest));
        Assert.Equal([false], await BooleansAsync(Ada, $"/v1/me/library/contains?uris=spotify:track:{Dawn.Id}"));
    }

    [Fact]
    public async Task Forty_uris_are_the_maximum()
    {
        await DoAsync(Ada, "PUT", $"/v1/me/library?uris={string.Join(',', Enumerable.Repeat(Uris[0], 40))}");
        using var tooMany = await SendAsync(Ada, "PUT", $"/v1/me/library?uris={string.Join(',', Enumerable.Repeat(Uris[0], 41))}");
        Assert.Contains("at most 40", await tooMany.ErrorAsync(HttpStatusCode.BadRequest));
    }
}
