using System.Net;
using Spotify.Domain;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Catalog;

public sealed class CatalogTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly HttpClient ada = fixture.Ada;
    private readonly HttpClient bob = fixture.Bob;

    [Fact]
    public async Task A_track_carries_its_album_artists_and_links()
    {
        var track = await ada.GetJsonAsync($"/v1/tracks/{Dawn.Id}");
        Assert.Equal("Dawn", track.At("name"));
        Assert.Equal($"spotify:track:{Dawn.Id}", track.At("uri"));
        Assert.Equal($"{fixture.Server.Http.BaseAddress}v1/tracks/{Dawn.Id}", track.At("href"));
        Assert.Equal("SEABC2000001", track.At("external_ids", "isrc"));
        Assert.Equal("Sunrise", track.At("album", "name"));
        Assert.Equal("3", track.At("album", "total_tracks"));
        Assert.Equal("Beyoncé Ångström", track.At("artists", 0, "name"));
        Assert.Equal("true", track.At("is_playable"));
        Assert.True(track.AsObject().ContainsKey("preview_url"));
        Assert.Null(track["preview_url"]);
        Assert.False(track.AsObject().ContainsKey("restrictions"));
        Assert.Contains(track["available_markets"]!.AsArray(), market => market!.ToString() == "SE");
    }

    [Fact]
    public async Task Available_markets_are_omitted_when_the_request_names_a_market() =>
        Assert.False((await ada.GetJsonAsync($"/v1/tracks/{Dawn.Id}?market=SE")).AsObject().ContainsKey("available_markets"));

    [Fact]
    public async Task Tracks_unavailable_in_the_users_country_are_not_playable()
    {
        var there = await ada.GetJsonAsync($"/v1/tracks/{Swedish.Id}");
        Assert.Equal("true", there.At("is_playable"));
        var elsewhere = await bob.GetJsonAsync($"/v1/tracks/{Swedish.Id}");
        Assert.Equal("false", elsewhere.At("is_playable"));
        Assert.Equal("market", elsewhere.At("restrictions", "reason"));
    }

    [Fact]
    public async Task The_users_country_takes_precedence_over_the_market_parameter() =>
        Assert.Equal("false", (await bob.GetJsonAsync($"/v1/tracks/{Swedish.Id}?market=SE")).At("is_playable"));

    [Fact]
    public async Task Unreleased_tracks_are_not_playable()
    {
        var track = await ada.GetJsonAsync($"/v1/tracks/{Future.Id}");
        Assert.Equal(("false", "not_released"), (track.At("is_playable"), track.At("restrictions", "reason")));
    }

    [Fact]
    public async Task Several_tracks_are_returned_in_request_order_with_null_for_missing_ones()
    {
        var missing = SpotifyId.FromName("missing");
        var tracks = (await ada.GetJsonAsync($"/v1/tracks?ids={Duet.Id},{missing},{Dawn.Id},{Dawn.Id}"))["tracks"]!.AsArray();
        Assert.Equal(["Duet", null, "Dawn", "Dawn"], tracks.Select(track => track?.At("name")));
    }

    [Fact]
    public async Task An_episode_is_not_found_as_a_track() => await ada.GetErrorAsync($"/v1/tracks/{Pilot.Id}", HttpStatusCode.NotFound);

    [Fact]
    public async Task An_album_carries_its_tracks_in_order()
    {
        var album = await ada.GetJsonAsync($"/v1/albums/{Sunrise.Id}");
        Assert.Equal(["Dawn", "Rude Morning", "Tomorrow"], album["tracks"]!["items"]!.AsArray().Select(track => track!.At("name")));
        Assert.Equal(("day", "2020-05-01"), (album.At("release_date_precision"), album.At("release_date")));
        Assert.Equal(("2020 The Label", "P"), (album.At("copyrights", 0, "text"), album.At("copyrights", 0, "type")));
        Assert.Equal($"{fixture.Server.Http.BaseAddress}images/{Sunrise.ImageId}/640.jpg", album.At("images", 0, "url"));
    }

    [Fact]
    public async Task Links_to_further_pages_keep_the_market() =>
        Assert.Contains("market=SE", (await ada.GetJsonAsync($"/v1/albums/{Sunrise.Id}?market=SE")).At("tracks", "href"));

    [Fact]
    public async Task Album_tracks_are_paged()
    {
        var first = await ada.GetJsonAsync($"/v1/albums/{Sunrise.Id}/tracks?limit=2");
        Assert.Equal(("3", "2", "0"), (first.At("total"), first.At("limit"), first.At("offset")));
        Assert.Null(first["previous"]);
        var second = await ada.GetJsonAsync(first.At("next")!);
        Assert.Equal(["Tomorrow"], second["items"]!.AsArray().Select(track => track!.At("name")));
        Assert.Null(second["next"]);
        Assert.NotNull(second["previous"]);
    }

    [Fact]
    public async Task Artist_albums_are_ordered_by_group_and_filtered_by_market()
    {
        var albums = (await ada.GetJsonAsync($"/v1/artists/{Beyonce.Id}/albums"))["items"]!.AsArray();
        Assert.Equal(
            [("Sunrise", "album"), ("Sverige", "single"), ("Together", "appears_on")],
            albums.Select(album => (album!.At("name")!, album!.At("album_group")!)));
        var abroad = await bob.GetJsonAsync($"/v1/artists/{Beyonce.Id}/albums");
        Assert.Equal(("2", "Sunrise"), (abroad.At("total"), abroad.At("items", 0, "name")));
        var singles = await ada.GetJsonAsync($"/v1/artists/{Beyonce.Id}/albums?include_groups=single,appears_on&limit=1&offset=1");
        Assert.Equal(("2", "Together"), (singles.At("total"), singles.At("items", 0, "name")));
        Assert.Contains("include_groups=single,appears_on", singles.At("previous"));
    }

    [Fact]
    public async Task Top_tracks_are_the_most_popular_that_can_be_played()
    {
        var tracks = (await bob.GetJsonAsync($"/v1/artists/{Beyonce.Id}/top-tracks"))["tracks"]!.AsArray();
        Assert.Equal(["Dawn", "Duet", "Rude Morning", "Tomorrow"], tracks.Select(track => track!.At("name")));
    }

    [Fact]
    public async Task A_show_lists_its_latest_episode_first()
    {
        var show = await ada.GetJsonAsync($"/v1/shows/{Radio.Id}");
        Assert.Equal(["Finale", "Pilot"], show["episodes"]!["items"]!.AsArray().Select(episode => episode!.At("name")));
        Assert.Equal("Talk &amp; &lt;music&gt;", show.At("html_description"));
        Assert.Equal("2", show.At("total_episodes"));
        var episode = await ada.GetJsonAsync($"/v1/episodes/{Pilot.Id}");
        Assert.Equal("Night Radio", episode.At("show", "name"));
        Assert.Equal("1", (await ada.GetJsonAsync($"/v1/shows/{Radio.Id}/episodes?limit=1&offset=1"))["items"]!.AsArray().Count.ToString());
    }

    [Fact]
    public async Task An_audiobook_lists_its_chapters()
    {
        var book = await ada.GetJsonAsync($"/v1/audiobooks/{Book.Id}");
        Assert.Equal(
            ("An Author", "A Narrator", "Chapter One"),
            (book.At("authors", 0, "name"), book.At("narrators", 0, "name"), book.At("chapters", "items", 0, "name")));
        var chapter = await ada.GetJsonAsync($"/v1/chapters/{Chapter.Id}");
        Assert.Equal(
            ("The Long Road", "0", "episode"), (chapter.At("audiobook", "name"), chapter.At("chapter_number"), chapter.At("type")));
        Assert.Single((await ada.GetJsonAsync($"/v1/audiobooks/{Book.Id}/chapters"))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("albums")]
    [InlineData("artists")]
    [InlineData("tracks")]
    [InlineData("shows")]
    [InlineData("episodes")]
    [InlineData("audiobooks")]
    [InlineData("chapters")]
    public async Task Bad_ids_are_refused_and_unknown_ones_not_found(string collection)
    {
        Assert.Equal("Invalid base62 id", await ada.GetErrorAsync($"/v1/{collection}/not-an-id", HttpStatusCode.BadRequest));
        await ada.GetErrorAsync($"/v1/{collection}/{SpotifyId.FromName("missing")}", HttpStatusCode.NotFound);
        await ada.GetErrorAsync($"/v1/{collection}", HttpStatusCode.BadRequest);
        await ada.GetErrorAsync($"/v1/{collection}?ids=", HttpStatusCode.BadRequest);
        await ada.GetErrorAsync($"/v1/{collection}?ids={Dawn.Id},,{Dawn.Id}", HttpStatusCode.BadRequest);
        await ada.GetErrorAsync($"/v1/{collection}?ids={string.Join(',', Enumerable.Repeat(Dawn.Id, 51))}", HttpStatusCode.BadRequest);
        var several = await ada.GetJsonAsync($"/v1/{collection}?ids={SpotifyId.FromName("missing")}");
        Assert.Null(several[collection]![0]);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=51")]
    [InlineData("limit=x")]
    [InlineData("limit=")]
    [InlineData("limit=1&limit=2")]
    [InlineData("limit=99999999999")]
    [InlineData("offset=-1")]
    [InlineData("offset=1e3")]
    [InlineData("market=XX")]
    [InlineData("market=se")]
    public async Task Bad_paging_and_markets_are_rejected(string query) =>
        await ada.GetErrorAsync($"/v1/albums/{Sunrise.Id}/tracks?{query}", HttpStatusCode.BadRequest);

    [Fact]
    public async Task Markets_are_listed() => Assert.True((await ada.GetJsonAsync("/v1/markets"))["markets"]!.AsArray().Count > 150);

    [Fact]
    public async Task An_app_without_a_user_sees_the_catalog_of_the_market_it_names()
    {
        using var app = fixture.Server.SignInApp();
        Assert.Equal("false", (await app.GetJsonAsync($"/v1/tracks/{Swedish.Id}?market=US")).At("is_playable"));
        Assert.False((await app.GetJsonAsync($"/v1/tracks/{Swedish.Id}")).AsObject().ContainsKey("is_playable"));
    }
}
