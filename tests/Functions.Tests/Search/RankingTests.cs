using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Search;

/// <summary>Tests of the order of search results, of filters and of deep pages.</summary>
public sealed class RankingTests : IAsyncLifetime
{
    private static readonly Artist Abba = NewArtist("ABBA", 80) with { Genres = ["Euro Pop"] };
    private static readonly Artist Other = NewArtist("Somebody", 40);
    private static readonly Album Arrival = NewAlbum("Arrival", "album", "1976-10-11", Abba) with { Upc = "00602527346472" };
    private static readonly Album Voyage = NewAlbum("Voyage", "album", "2021-11-05", Abba);
    private static readonly Album Many = NewAlbum("Many", "album", "2010", Other);

    private LocalServer server = null!;
    private HttpClient ada = null!;

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(builder => builder.Configuration["Search:LibraryCache"] = "00:00:00");
        ada = await server.SignInAsync("ada");
        await server.WriteAsync(
        [
            .. CatalogWriter.Write(Abba), .. CatalogWriter.Write(Other),
            .. CatalogWriter.Write(Arrival), .. CatalogWriter.Write(Voyage), .. CatalogWriter.Write(Many),
            .. Track(Arrival, 1, "Money, Money, Money", 60, Abba, "SEAYD7601020"), .. Track(Arrival, 2, "Dancing Queen", 80, Abba),
            .. Track(Voyage, 1, "Don't Shut Me Down", 50, Abba), .. Track(Many, 1, "Queen Dancing", 75, Other),
        ]);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("track", "artist:abba year:1970-1979", "Dancing Queen|Money, Money, Money")]
    [InlineData("track", "artist:abba year:2021", "Don't Shut Me Down")]
    [InlineData("track", "artist:\"abba\" album:arrival track:money", "Money, Money, Money")]
    [InlineData("track", "album:arrival queen", "Dancing Queen")]
    [InlineData("track", "\"dancing queen\"", "Dancing Queen")]
    [InlineData("track", "track:\"queen dancing\"", "Queen Dancing")]
    [InlineData("track", "isrc:SE-AYD-76-01020", "Money, Money, Money")]
    [InlineData("track", "isrc:SEAYD7601020 artist:somebody", "")]
    [InlineData("track", "upc:00602527346472", "")]
    [InlineData("album", "upc:00602527346472", "Arrival")]
    [InlineData("album", "artist:abba", "Voyage|Arrival")]
    [InlineData("artist", "genre:\"euro pop\"", "ABBA")]
    [InlineData("artist", "artist:abba year:1976", "ABBA")]
    [InlineData("artist", "track:money", "")]
    [InlineData("track", "banana:abba", "")]
    public async Task Filters_work_alone_and_together(string type, string q, string expected)
    {
        var found = await NamesAsync(type, q);
        Assert.Equal(expected.Length == 0 ? [] : expected.Split('|').Order(), found.Order());
    }

    [Fact]
    public async Task The_albums_of_the_last_two_weeks_are_new()
    {
        var today = TimeProvider.System.GetUtcNow();
        var albums = new[] { 1, 13, 20 }.Select(days => NewAlbum($"Of day {days}", "album", $"{today.AddDays(-days):yyyy-MM-dd}", Other));
        await server.WriteAsync(albums.SelectMany(album => CatalogWriter.Write(album)));
        Assert.Equal(["Of day 1", "Of day 13"], (await NamesAsync("album", "tag:new")).Order());
    }

    [Fact]
    public async Task Saved_tracks_and_those_of_followed_artists_come_first()
    {
        Assert.Equal("Dancing Queen", (await NamesAsync("track", "queen"))[0]);
        using var followed = await ada.PutAsync($"/v1/me/following?type=artist&ids={Other.Id}", null);
        followed.EnsureSuccessStatusCode();
        Assert.Equal("Queen Dancing", (await NamesAsync("track", "queen"))[0]);

        using var saved = await ada.PutAsync($"/v1/me/tracks?ids={Id("Dancing Queen")}", null);
        saved.EnsureSuccessStatusCode();
        Assert.Equal("Dancing Queen", (await NamesAsync("track", "queen"))[0]);
    }

    [Fact]
    public async Task Popularity_in_the_market_of_the_listener_counts()
    {
        var table = Schema.Current.Table("SearchEntries");
        await server.WriteAsync(Mutation.Update(
            table, ("Type", "track"), ("Id", Id("Queen Dancing")), ("MarketPopularity", "NO10SE100")));
        Assert.Equal("Queen Dancing", (await NamesAsync("track", "queen"))[0]);
        using var bob = await server.SignInAsync("bob", country: "NO");
        Assert.Equal("Dancing Queen", (await bob.GetJsonAsync("/v1/search?type=track&q=queen")).At("tracks", "items", 0, "name"));
    }

    [Fact]
    public async Task Pages_have_every_match_once_also_those_that_are_not_ranked()
    {
        const int Count = 620;
        await server.WriteAsync(Enumerable.Range(0, Count).SelectMany(i => Track(Many, i + 2, $"Zephyr number {i}", 90 - (i / 10), Other)));
        await server.WriteAsync(Track(Many, 1000, "Zephyr", 1, Other));
        using var saved = await ada.PutAsync($"/v1/me/tracks?ids={Id($"Zephyr number {Count - 1}")}", null);
        saved.EnsureSuccessStatusCode();
        var names = new List<string>();
        for (var next = "/v1/search?type=track&q=zephyr&limit=50"; next is not null;)
        {
            var page = (await ada.GetJsonAsync(next))["tracks"]!;
            Assert.Equal($"{Count + 1}", page.At("total"));
            names.AddRange(page["items"]!.AsArray().Select(item => item!.At("name")!));
            next = page.At("next");
        }

        Assert.Equal(Count + 1, names.Count);
        Assert.Equal(Count + 1, names.Distinct().Count());
        Assert.Equal(4, names.IndexOf("Zephyr"));
        // The candidates, the exact name, and the saved track.
        Assert.InRange(names.IndexOf($"Zephyr number {Count - 1}"), 0, 201);
    }

    [Theory]
    [InlineData("Search:Weights:Text", "1.5")]
    [InlineData("Search:LibraryCache", "02:00:00")]
    [InlineData("Browse:Categories:0:Id", "No Spaces")]
    public async Task Invalid_settings_are_rejected_at_startup(string setting, string value)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(
            () => LocalServer.StartAsync(builder => builder.Configuration[setting] = value));
        Assert.Contains(setting.Split(':')[^1], error.Message, StringComparison.Ordinal);
    }

    private static string Id(string name) => SpotifyId.FromName($"ranking:{name}");

    private static IEnumerable<Mutation> Track(Album album, int number, string name, int popularity, Artist artist, string? isrc = null) =>
        CatalogWriter.Write(
            NewTrack(album, number, name, artist) with
            {
                Id = Id(name),
                Popularity = popularity,
                Isrc = isrc,
                ReleaseDate = album.ReleaseDate,
            },
            album.Name);

    private async Task<List<string>> NamesAsync(string type, string q)
    {
        var found = await ada.GetJsonAsync($"/v1/search?type={type}&q={Uri.EscapeDataString(q)}");
        return [.. found[$"{type}s"]!["items"]!.AsArray().Select(item => item!.At("name")!)];
    }
}
