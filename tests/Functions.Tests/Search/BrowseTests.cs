using System.Net.Http.Json;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Catalog;
using Spotify.Domain.Catalog;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Search;

public sealed class BrowseTests
{
    [Fact]
    public async Task An_operator_keeps_the_editorial_playlists_by_the_playlist_API()
    {
        await using var server = await LocalServer.StartAsync(builder =>
        {
            builder.Configuration["Browse:EditorialUser"] = "editor";
            builder.Configuration["Browse:Cache"] = "00:00:00";
        });
        using var editor = await server.SignInAsync("editor");
        using var ada = await server.SignInAsync("ada");
        await CreateAsync(editor, "Quiet evening", "Slow songs. #chill #featured", true);
        await CreateAsync(editor, "Rain", "#Chill", true);
        await CreateAsync(editor, "Draft", "#chill", false);
        await CreateAsync(ada, "Not editorial", "#chill #featured", true);

        Assert.Equal(["Rain", "Quiet evening"], await NamesAsync(ada, "/v1/browse/categories/chill/playlists", "playlists"));
        Assert.Equal(["Quiet evening"], await NamesAsync(ada, "/v1/browse/featured-playlists", "playlists"));
        Assert.Empty(await NamesAsync(ada, "/v1/browse/categories/party/playlists", "playlists"));
        await ada.GetErrorAsync("/v1/browse/categories/nonsense/playlists", HttpStatusCode.NotFound);

        var page = await ada.GetJsonAsync("/v1/browse/categories/chill/playlists?limit=1");
        Assert.Equal("2", page.At("playlists", "total"));
        Assert.Equal(["Quiet evening"], await NamesAsync(ada, page.At("playlists", "next")!, "playlists"));
    }

    [Fact]
    public async Task Without_an_editorial_user_there_are_no_editorial_playlists()
    {
        await using var server = await LocalServer.StartAsync();
        using var ada = await server.SignInAsync("ada");
        Assert.Empty(await NamesAsync(ada, "/v1/browse/featured-playlists", "playlists"));
    }

    [Fact]
    public async Task Categories_have_names_in_the_language_of_the_locale()
    {
        await using var server = await LocalServer.StartAsync(builder =>
        {
            builder.Configuration["Browse:Categories:0:Id"] = "dinner";
            builder.Configuration["Browse:Categories:0:Name"] = "Dinner";
            builder.Configuration["Browse:Categories:0:Names:sv"] = "Middag";
            builder.Configuration["Browse:Categories:0:Names:es_MX"] = "Cena";
        });
        using var ada = await server.SignInAsync("ada");
        Assert.Equal(["Dinner"], await NamesAsync(ada, "/v1/browse/categories", "categories"));
        foreach (var (locale, name) in new[] { ("sv_SE", "Middag"), ("es_MX", "Cena"), ("es_ES", "Dinner"), ("%00", "Dinner") })
            Assert.Equal(name, (await ada.GetJsonAsync($"/v1/browse/categories/dinner?locale={locale}")).At("name"));
    }

    [Fact]
    public async Task New_releases_and_recently_added_albums_are_those_of_the_market_the_latest_first()
    {
        var now = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
        await using var server = await LocalServer.StartAsync(
            builder => builder.Services.AddSingleton<TimeProvider>(new ManualTimeProvider(now)));
        var artist = NewArtist("Quagga", 50);
        var albums = Enumerable.Range(0, 30).Select(i => NewAlbum($"Album {i:00}", "album", $"{now.AddDays(-i):yyyy-MM-dd}", artist) with
        {
            Popularity = i,
            AddedAt = now.AddDays(i - 30),
            Markets = i == 3 ? MarketSet.Of("US") : MarketSet.Everywhere,
        }).ToList();
        await server.WriteAsync([.. CatalogWriter.Write(artist), .. albums.SelectMany(album => CatalogWriter.Write(album))]);
        using var ada = await server.SignInAsync("ada");

        Assert.Equal(
            ["Album 00", "Album 01", "Album 02", "Album 04"], (await NamesAsync(ada, "/v1/browse/new-releases", "albums"))[..4]);
        Assert.Equal(["Album 29", "Album 28"], await NamesAsync(ada, "/v1/browse/recently-added?limit=2", "albums"));
        Assert.Equal(["Album 27"], await NamesAsync(ada, "/v1/browse/recently-added?limit=1&offset=2", "albums"));
    }

    [Fact]
    public async Task Popular_tracks_and_artists_and_genres_need_no_history()
    {
        await using var server = await LocalServer.StartAsync();
        var (first, second) = (NewArtist("First", 70) with { Genres = ["Hip Hop"] }, NewArtist("Second", 80) with { Genres = ["jazz"] });
        var album = NewAlbum("Album", "album", "2020", first);
        await server.WriteAsync(
        [
            .. CatalogWriter.Write(first), .. CatalogWriter.Write(second), .. CatalogWriter.Write(album),
            .. CatalogWriter.Write(NewTrack(album, 1, "Less", first) with { Popularity = 10 }, "Album"),
            .. CatalogWriter.Write(NewTrack(album, 2, "More", first) with { Popularity = 20 }, "Album"),
        ]);
        using var ada = await server.SignInAsync("ada");
        Assert.Equal(["More", "Less"], await NamesAsync(ada, "/v1/browse/popular-tracks", "tracks"));
        Assert.Equal(["Second", "First"], await NamesAsync(ada, "/v1/browse/popular-artists", "artists"));
        var genres = (await ada.GetJsonAsync("/v1/recommendations/available-genre-seeds"))["genres"]!.AsArray();
        Assert.Equal(["hip-hop", "jazz", "pop"], genres.Select(genre => genre!.GetValue<string>()));
        Assert.Equal("First", (await ada.GetJsonAsync("/v1/search?q=genre:hip-hop&type=artist")).At("artists", "items", 0, "name"));
    }

    private static async Task CreateAsync(HttpClient client, string name, string description, bool isPublic)
    {
        using var response = await client.PostAsJsonAsync(
            "/v1/me/playlists", new JsonObject { ["name"] = name, ["description"] = description, ["public"] = isPublic });
        response.EnsureSuccessStatusCode();
    }

    private static async Task<List<string?>> NamesAsync(HttpClient client, string path, string member) =>
        [.. (await client.GetJsonAsync(path))[member]!["items"]!.AsArray().Select(item => item!.At("name"))];
}
