using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using static Spotify.Functions.Tests.Recommendations.Surfaces.SurfaceServer;

namespace Spotify.Functions.Tests.Recommendations.Surfaces;

public sealed class HomeTests(SurfaceServer fixture) : IClassFixture<SurfaceServer>, IAsyncLifetime
{
    private readonly LocalServer server = fixture.Server;

    public Task InitializeAsync() => fixture.PublishAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_new_listener_and_an_app_see_what_is_new_and_popular()
    {
        using var ada = await server.SignInAsync("new-listener");
        var home = await HomeAsync(ada);
        Assert.Equal(["new-releases", "popular"], home.Keys);
        Assert.Equal("New releases", home["new-releases"].At("name"));
        Assert.Equal("Popular in Sweden", home["popular"].At("name"));
        Assert.All(Items(home["popular"]), item => Assert.Equal("track", item.At("type")));
        Assert.All(Items(home["new-releases"]), item => Assert.Equal("album", item.At("type")));

        using var app = server.SignInApp();
        Assert.Equal(["new-releases", "popular"], (await HomeAsync(app)).Keys);
        Assert.Equal("Popular in Germany", (await HomeAsync(app, "?market=DE"))["popular"].At("name"));
    }

    [Fact]
    public async Task A_listener_sees_shelves_of_their_own()
    {
        await fixture.AddListenerAsync("shelves");
        using var client = await server.SignInAsync("shelves");
        var home = await HomeAsync(client);
        var because = home.Keys.Where(id => id.StartsWith("because-", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, because.Count);
        Assert.Equal(["jump-back-in", .. because, "new-releases", "favorite-artists", "popular-genre", "popular"], home.Keys);
        Assert.Equal("Popular in Jazz", home["popular-genre"].At("name"));
        Assert.All(Items(home["popular-genre"]), item => Assert.Equal("jazz", Find(item.At("id")!).Genre));
        Assert.Equal(
            Enumerable.Range(0, Artists - 1).Select(artist => Artist("jazz", artist)).Order(),
            Items(home["favorite-artists"]).Select(item => item.At("id")!).Order());
    }

    [Fact]
    public async Task Because_you_listened_has_seven_known_tracks_of_ten()
    {
        await fixture.AddUserAsync("mixed");
        var played = Enumerable.Range(0, 5).SelectMany(artist => Enumerable.Range(0, 4).Select(number => Track("jazz", artist, number)));
        await fixture.PlayAsync("mixed", null, [.. played]);
        using var client = await server.SignInAsync("mixed");
        var shelves = (await HomeAsync(client, "?content_limit=20")).Where(one => one.Key.StartsWith("because-", StringComparison.Ordinal));
        foreach (var (id, shelf) in shelves)
        {
            Assert.StartsWith("Because you listened to ", shelf.At("name"));
            var tracks = Items(shelf).Select(item => item.At("id")!).ToList();
            Assert.Equal(20, tracks.Distinct().Count());
            Assert.DoesNotContain(id["because-".Length..], tracks);
            Assert.Equal(14, tracks.Count(played.Contains));
            // New ones are spread over the list.
            Assert.InRange(tracks.Take(10).Count(played.Contains), 6, 8);
        }
    }

    [Fact]
    public async Task Jump_back_in_has_the_last_contexts_without_private_sessions()
    {
        await fixture.AddUserAsync("back");
        using var client = await server.SignInAsync("back");
        var playlist = await CreateAsync(client, "Mine", false);
        var now = fixture.Clock.Now;
        await fixture.PlayAsync("back", null, Track("rock", 1, 0));
        await fixture.PlayAsync("back", $"spotify:playlist:{playlist}", Track("jazz", 1, 0), Track("jazz", 2, 0));
        await fixture.PlayAsync("back", $"spotify:artist:{Artist("jazz", 3)}", Track("jazz", 3, 0));
        await fixture.PlayAsync("back", "spotify:user:back:collection", Track("rock", 2, 0));
        await server.WriteAsync(
            Play("back", "secret", now.AddMinutes(-30), $"spotify:album:{Album("hip hop", 1)}", Track("hip hop", 1, 0)),
            Mutation.Insert(
                Schema.Current.Table("PrivateSessions"),
                ("UserId", "back"), ("StartedAt", now.AddMinutes(-31)), ("EndsAt", now.AddMinutes(-29))));

        var home = await HomeAsync(client);
        Assert.Equal(
            [$"album:{Album("rock", 2)}", $"artist:{Artist("jazz", 3)}", $"playlist:{playlist}", $"album:{Album("rock", 1)}"],
            Items(home["jump-back-in"]).Select(item => item.At("uri")!["spotify:".Length..]));
        Assert.DoesNotContain(Album("hip hop", 1), home["jump-back-in"].ToJsonString());
        // A private playlist is only shown to tokens that may read it.
        using var limited = server.WithScopes("back", "user-read-recently-played");
        Assert.DoesNotContain(playlist, (await HomeAsync(limited))["jump-back-in"].ToJsonString());
    }

    [Fact]
    public async Task Generated_playlists_are_made_for_the_listener()
    {
        await fixture.AddUserAsync("made");
        using var client = await server.SignInAsync("made");
        var (weekly, mix, empty) = (SpotifyId.New(), SpotifyId.New(), SpotifyId.New());
        await server.WriteAsync(
            [.. Generated("made", "discover-weekly", weekly, 1), .. Generated("made", "daily-mix-1", mix, 1),
                .. Generated("made", "release-radar", empty, 0), .. Generated("made", "radio:spotify:track:x", SpotifyId.New(), 1)]);
        var home = await HomeAsync(client);
        Assert.Equal("made-for-you", home.Keys.First());
        Assert.Equal([mix, weekly], Items(home["made-for-you"]).Select(item => item.At("id")));
        Assert.All(Items(home["made-for-you"]), item => Assert.Equal("playlist", item.At("type")));
    }

    [Fact]
    public async Task New_releases_begin_with_those_of_the_listeners_artists()
    {
        await fixture.AddListenerAsync("releases");
        var artist = TestCatalog.NewArtist(ArtistName("jazz", 0), 50) with { Id = Artist("jazz", 0) };
        var album = TestCatalog.NewAlbum("Brand New", "single", "2026-11-13", artist);
        var announced = TestCatalog.NewAlbum("Announced", "album", "2026-12-24", artist);
        await server.WriteAsync(
            [.. CatalogWriter.Write(album), .. CatalogWriter.Write(announced)]);
        using var client = await server.SignInAsync("releases");
        var shelf = (await HomeAsync(client))["new-releases"];
        Assert.Equal("New releases for you", shelf.At("name"));
        Assert.Equal("Brand New", Items(shelf)[0].At("name"));
        // Artists say more about a listener than popularity, so a token needs a scope.
        using var limited = server.WithScopes("releases", "user-read-private");
        Assert.Equal("New releases", (await HomeAsync(limited))["new-releases"].At("name"));
    }

    [Theory]
    [InlineData("user-read-private", new[] { "new-releases", "popular" })]
    [InlineData("user-read-recently-played", new[] { "jump-back-in", "new-releases", "popular" })]
    [InlineData("playlist-read-private", new[] { "made-for-you", "new-releases", "popular" })]
    public async Task Shelves_need_the_scopes_of_what_they_show(string scope, string[] expected)
    {
        var user = $"scoped {scope}";
        await fixture.AddListenerAsync(user);
        await server.WriteAsync(Generated(user, "on-repeat", SpotifyId.New(), 1));
        using var client = server.WithScopes(user, scope);
        Assert.Equal(expected, (await HomeAsync(client)).Keys);
    }

    [Fact]
    public async Task Tracks_that_the_listener_may_not_play_or_does_not_want_are_left_out()
    {
        await fixture.AddListenerAsync("picky", country: "US", explicitFilter: true);
        using var client = await server.SignInAsync("picky", country: "US");
        await NotInterestedAsync("picky", $"spotify:track:{Track("jazz", 1, 3)}", $"spotify:artist:{Artist("jazz", 2)}");
        var home = await HomeAsync(client, "?content_limit=20");
        var tracks = home.Values.SelectMany(Items).Where(item => item.At("type") == "track").Select(item => item.At("id")!).ToList();
        Assert.NotEmpty(tracks);
        Assert.All(tracks, track => Assert.True(IsInUnitedStates(track) && !IsExplicit(track)));
        Assert.DoesNotContain(Track("jazz", 1, 3), tracks);
        Assert.DoesNotContain(tracks, track => Find(track) is ("jazz", 2, _));
        Assert.DoesNotContain(Items(home["favorite-artists"]), item => item.At("id") == Artist("jazz", 2));
    }

    [Fact]
    public async Task Shelves_and_their_content_have_pages()
    {
        await fixture.AddListenerAsync("pages");
        using var client = await server.SignInAsync("pages");
        var all = await HomeAsync(client);
        var first = await client.GetJsonAsync("/v1/views/home?limit=2&content_limit=3");
        Assert.Equal($"{all.Count}", first.At("total"));
        Assert.Equal(all.Keys.Take(2), first["items"]!.AsArray().Select(shelf => shelf!.At("id")));
        var second = await client.GetJsonAsync(first.At("next")!);
        Assert.Equal(all.Keys.Skip(2).Take(2), second["items"]!.AsArray().Select(shelf => shelf!.At("id")));
        Assert.All(second["items"]!.AsArray(), shelf => Assert.InRange(Items(shelf!).Count, 1, 3));

        var shelf = await client.GetJsonAsync("/v1/views/home/popular?limit=4");
        Assert.Equal(shelf.At("href") + "?offset=0&limit=4", shelf.At("content", "href"));
        var next = await client.GetJsonAsync(shelf.At("content", "next")!);
        Assert.Empty(Items(shelf).Select(item => item.At("id")).Intersect(Items(next).Select(item => item.At("id"))));
        await client.GetErrorAsync("/v1/views/home/nonsense", HttpStatusCode.NotFound);
        await client.GetErrorAsync("/v1/views/home?content_limit=21", HttpStatusCode.BadRequest);
        await client.GetErrorAsync("/v1/views/home?limit=0", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_visit_makes_the_listener_active_and_generates_what_is_due()
    {
        await fixture.AddListenerAsync("visitor");
        using var client = await server.SignInAsync("visitor");
        await HomeAsync(client);
        Assert.NotNull(await server.Database.ReadAsync(Schema.Current.Table("ActiveListeners"), new Key("visitor"), null, default));
        Assert.Single(fixture.Tasks.Bodies, body => body.Contains("\"visitor\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_day_has_the_same_shelves()
    {
        await fixture.AddListenerAsync("stable");
        using var client = await server.SignInAsync("stable");
        Assert.Equal(await client.GetStringAsync("/v1/views/home"), await client.GetStringAsync("/v1/views/home"));
    }

    private Task NotInterestedAsync(string user, params string[] uris) => server.WriteAsync(uris.Select(uri => Mutation.Insert(
        Schema.Current.Table("NotInterested"), ("UserId", user), ("Uri", uri), ("AddedAt", fixture.Clock.Now))));

    private static Mutation Play(string user, string id, DateTimeOffset at, string context, string track) => Mutation.Insert(
        Schema.Current.Table("PlayHistory"),
        ("UserId", user), ("EventId", id), ("PlayedAt", at), ("Type", "track"), ("PlayableId", track), ("PlayedMs", 60_000L),
        ("DurationMs", 200_000L), ("EndReason", "skipped"), ("Engagement", 300L), ("IsListed", true), ("ContextUri", context));

    private IEnumerable<Mutation> Generated(string user, string surface, string playlist, int items)
    {
        var now = fixture.Clock.Now;
        yield return Mutation.Insert(
            Schema.Current.Table("Playlists"),
            ("PlaylistId", playlist), ("OwnerId", user), ("Name", surface), ("Description", ""), ("Public", false),
            ("Collaborative", false), ("Version", 1L), ("Items", items), ("CreatedAt", now), ("UpdatedAt", now));
        yield return Mutation.Insert(
            Schema.Current.Table("GeneratedPlaylists"),
            ("UserId", user), ("Surface", surface), ("PlaylistId", playlist), ("Period", "2026-11-20"), ("ModelVersion", null),
            ("Variant", "default"), ("GeneratedAt", now));
    }

    private static async Task<string> CreateAsync(HttpClient client, string name, bool isPublic)
    {
        using var response = await client.PostAsJsonAsync("/v1/me/playlists", new JsonObject { ["name"] = name, ["public"] = isPublic });
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!.At("id")!;
    }

    private static async Task<OrderedDictionary<string, JsonNode>> HomeAsync(HttpClient client, string query = "")
    {
        var shelves = (await client.GetJsonAsync("/v1/views/home" + query))["items"]!.AsArray();
        Assert.All(shelves, shelf => Assert.Equal("view", shelf!.At("type")));
        return new OrderedDictionary<string, JsonNode>(
            shelves.Select(shelf => KeyValuePair.Create(shelf!.At("id")!, shelf!)), StringComparer.Ordinal);
    }

    private static List<JsonNode> Items(JsonNode shelf) => [.. shelf["content"]!["items"]!.AsArray().Select(item => item!)];
}
