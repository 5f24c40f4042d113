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
    public async Task Case_accents_and_order_do_not_count(string q, string name) =>
        Assert.Equal(name, (await ada.GetJsonAsync($"/v1/search?type=artist&q={Uri.EscapeDataString(q)}")).At("artists", "items", 0, "name"));

    [Fact]
    public async Task Only_the_last_word_may_be_a_beginning()
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
    public async Task The_popular_come_first_in_pages_that_join_up()
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
    public async Task All_seven_types_can_be_asked_for_at_once()
    {
        var results = await ada.GetJsonAsync($"/v1/search?q=n&type={AllTypes}");
        Assert.Equal(
            ["albums", "artists", "audiobooks", "episodes", "playlists", "shows", "tracks"],
            results.AsObject().Select(type => type.Key).Order(StringComparer.Ordinal));
        Assert.Equal("Night Radio", results.At("shows", "items", 0, "name"));
    }

    [Fact]
    public async Task What_the_viewer_cannot_play_is_left_out()
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
    public async Task Operators_of_the_index_mean_nothing(string q) =>
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
    public async Task Bad_queries_are_refused(string query) => await ada.GetErrorAsync($"/v1/search?{query}", HttpStatusCode.BadRequest);

    [Fact]
    public async Task Every_word_counts_however_many_there_are()
    {
        var words = string.Join(' ', Enumerable.Repeat("dawn", 20));
        Assert.Equal("1", (await ada.GetJsonAsync($"/v1/search?type=track&q={words}")).At("tracks", "total"));
        Assert.Equal("0", (await ada.GetJsonAsync($"/v1/search?type=track&q=nonsense {words}")).At("tracks", "total"));
    }

    [Fact]
    public async Task The_name_of_a_type_is_a_word_like_any_other() =>
        Assert.Equal("0", (await ada.GetJsonAsync("/v1/search?type=track,album&q=track")).At("tracks", "total"));

    [Fact]
    public async Task Long_queries_are_refused() => await ada.GetErrorAsync($"/v1/search?type=track&q={new string('a', 251)}", HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_renamed_entity_is_found_by_its_new_name_at_once()
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
