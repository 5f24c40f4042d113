using System.Net;
using Spotify.Catalog;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Search;

public sealed class SuggestTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly HttpClient ada = fixture.Ada;

    [Theory]
    [InlineData("b", "Beyoncé Ångström")]
    [InlineData("beyo", "Beyoncé Ångström")]
    [InlineData("beyonce angstrom", "Beyoncé Ångström")]
    [InlineData("night radio", "Night Radio")]
    [InlineData("rude mor", "Rude Morning")]
    public async Task The_best_result_is_the_top_hit(string q, string name) =>
        Assert.Equal(name, (await ada.GetJsonAsync($"/v1/search/suggest?q={q}")).At("top_hit", "name"));

    [Fact]
    public async Task Further_results_of_all_types_follow_without_the_top_hit()
    {
        var found = await ada.GetJsonAsync("/v1/search/suggest?q=beyonce");
        var items = found["items"]!.AsArray();
        Assert.Contains("track", items.Select(item => item!.At("type")));
        Assert.Contains("album", items.Select(item => item!.At("type")));
        Assert.DoesNotContain(found.At("top_hit", "id"), items.Select(item => item!.At("id")));
        var track = items.First(item => item!.At("type") == "track")!;
        Assert.Contains("Beyoncé Ångström", track.At("subtitle"), StringComparison.Ordinal);
        Assert.Equal($"spotify:track:{track.At("id")}", track.At("uri"));
        Assert.EndsWith($"/v1/tracks/{track.At("id")}", track.At("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_limit_counts_results_besides_the_top_hit() =>
        Assert.Equal(2, (await ada.GetJsonAsync("/v1/search/suggest?q=b&limit=2"))["items"]!.AsArray().Count);

    [Fact]
    public async Task Without_matches_there_is_no_top_hit()
    {
        var found = await ada.GetJsonAsync("/v1/search/suggest?q=qqqq");
        Assert.True(found.AsObject().ContainsKey("top_hit"));
        Assert.Null(found["top_hit"]);
        Assert.Empty(found["items"]!.AsArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("q=%20")]
    [InlineData("q=a&limit=0")]
    [InlineData("q=a&limit=21")]
    public async Task Bad_queries_are_rejected(string query) =>
        await ada.GetErrorAsync($"/v1/search/suggest?{query}", HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_popular_artist_of_exactly_the_name_is_the_top_hit()
    {
        await using var server = await LocalServer.StartAsync();
        var (artist, other) = (NewArtist("Quagga", 60), NewArtist("Somebody", 90));
        var album = NewAlbum("Quagga", "album", "2026-11-01", other) with { Popularity = 95 };
        await server.WriteAsync(
        [
            .. CatalogWriter.Write(artist), .. CatalogWriter.Write(other), .. CatalogWriter.Write(album),
            .. CatalogWriter.Write(NewTrack(album, 1, "Quagga", other) with { Popularity = 95 }, album.Name),
        ]);
        var found = await (await server.SignInAsync("ada")).GetJsonAsync("/v1/search/suggest?q=quagga");
        Assert.Equal(artist.Id, found.At("top_hit", "id"));
    }
}
