using System.Net;
using Spotify.Catalog;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Search;

public sealed class SearchTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string AllTypes = "album,artist,playlist,track,show,episode,audiobook";

    private readonly HttpClient ada = fixture.Ada;

    [Theory]
    [InlineData("beyonce", "Beyoncé Ångström")]
    [InlineData("BEYONCÉ", "Beyoncé Ångström")]
    [InlineData("angstrom bey", "Beyoncé Ångström")]
    [InlineData("z", "Zebra")]
    public async Task Case_accents_and_word_order_are_ignored(string q, string name) =>
        Assert.Equal(
            name, (await ada.GetJsonAsync($"/v1/search?type=artist&q={Uri.EscapeDataString(q)}")).At("artists", "items", 0, "name"));

    [Fact]
    public async Task Only_the_last_word_matches_as_a_prefix()
    {
        Assert.Equal("1", (await ada.GetJsonAsync("/v1/search?type=track&q=rude mor")).At("tracks", "total"));
        Assert.Equal("0", (await ada.GetJsonAsync("/v1/search?type=track&q=ru morning")).At("tracks", "total"));
        Assert.Equal("0", (await ada.GetJsonAsync("/v1/search?type=track&q=orning")).At("tracks", "total"));
    }

    [Fact]
    public async Task Tracks_match_by_artist_and_album_too()
    {
        Assert.Equal("1", (await ada.GetJsonAsync("/v1/search?type=track&q=zebra duet")).At("tracks", "total"));
        Assert.Equal("3", (await ada.GetJsonAsync("/v1/search?type=track&q=sunrise")).At("tracks", "total"));
    }

    [Fact]
    public async Task Results_are_ordered_by_popularity_in_contiguous_pages()
    {
        var all = await ada.GetJsonAsync("/v1/search?type=track&q=b");
        var names = all["tracks"]!["items"]!.AsArray().Select(track => track!.At("name")).ToList();
        Assert.Equal(["Dawn", "Duet", "Rude Morning"], names[..3]);
        var paged = new List<string?>();
        for (var next = "/v1/search?type=track&q=b&limit=2"; next is not null;)
        {
            var page = (await ada.GetJsonAsync(next))["tracks"]!;
            paged.AddRange(page["items"]!.AsArray().Select(track => track!.At("name")));
            next = page.At("next");
        }

        Assert.Equal(names, paged);
    }

    [Fact]
    public async Task All_seven_types_can_be_searched_in_one_request()
    {
        var results = await ada.GetJsonAsync($"/v1/search?q=n&type={AllTypes}");
        Assert.Equal(
            ["albums", "artists", "audiobooks", "episodes", "playlists", "shows", "tracks"],
            results.AsObject().Select(type => type.Key).Order(StringComparer.Ordinal));
        Assert.Equal("Night Radio", results.At("shows", "items", 0, "name"));
    }

    [Fact]
    public async Task Items_unavailable_to_the_viewer_are_omitted()
    {
        Assert.Equal("1", (await ada.GetJsonAsync("/v1/search?type=track&q=midsommar")).At("tracks", "total"));
        Assert.Equal("0", (await fixture.Bob.GetJsonAsync("/v1/search?type=track&q=midsommar")).At("tracks", "total"));
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("* OR (")]
    [InlineData("!!!")]
    [InlineData("NEAR(a b)")]
    [InlineData("a* AND NOT b")]
    [InlineData("\u0000\u0001")]
    [InlineData("\ud83c\udfb5")]
    public async Task Operators_of_the_search_index_have_no_effect(string q) =>
        await ada.GetJsonAsync($"/v1/search?type={AllTypes}&q={Uri.EscapeDataString(q)}");

    [Theory]
    [InlineData("type=track")]
    [InlineData("q=&type=track")]
    [InlineData("q=%20&type=track")]
    [InlineData("q=a")]
    [InlineData("q=a&type=")]
    [InlineData("q=a&type=track,banana")]
    [InlineData("q=a&type=user")]
    [InlineData("q=a&type=track&limit=51")]
    [InlineData("q=a&type=track&offset=1001")]
    public async Task Bad_queries_are_rejected(string query) => await ada.GetErrorAsync($"/v1/search?{query}", HttpStatusCode.BadRequest);

    [Fact]
    public async Task All_words_of_a_long_query_must_match()
    {
        var words = string.Join(' ', Enumerable.Repeat("dawn", 20));
        Assert.Equal("1", (await ada.GetJsonAsync($"/v1/search?type=track&q={words}")).At("tracks", "total"));
        Assert.Equal("0", (await ada.GetJsonAsync($"/v1/search?type=track&q=nonsense {words}")).At("tracks", "total"));
    }

    [Fact]
    public async Task The_name_of_a_type_is_searched_like_any_other_word() =>
        Assert.Equal("0", (await ada.GetJsonAsync("/v1/search?type=track,album&q=track")).At("tracks", "total"));

    [Fact]
    public async Task Long_queries_are_rejected() =>
        await ada.GetErrorAsync($"/v1/search?type=track&q={new string('a', 251)}", HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_renamed_entity_is_found_by_its_new_name_immediately()
    {
        await using var server = await LocalServer.StartAsync();
        await server.WriteAsync(CatalogWriter.Write(Zebra));
        await server.WriteAsync(CatalogWriter.Write(Zebra with { Name = "東京 Quagga" }));
        var client = await server.SignInAsync("ada");
        Assert.Equal("0", (await client.GetJsonAsync("/v1/search?type=artist&q=zebra")).At("artists", "total"));
        Assert.Equal("1", (await client.GetJsonAsync("/v1/search?type=artist&q=quag")).At("artists", "total"));
        Assert.Equal("1", (await client.GetJsonAsync($"/v1/search?type=artist&q={Uri.EscapeDataString("京")}")).At("artists", "total"));
    }
}
