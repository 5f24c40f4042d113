using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Web.Identity;
using static Spotify.Functions.Tests.Recommendations.PlantedMusic;

namespace Spotify.Functions.Tests.Recommendations;

/// <summary>Tests of radios that hold with and without a model.</summary>
public abstract class RadioContract(PlantedFixture fixture)
{
    private static readonly Table Surfaces = Schema.Current.Table("GeneratedPlaylists");

    protected LocalServer Server { get; } = fixture.Server;

    protected HttpClient Ada { get; } = fixture.Ada;

    [Theory]
    [InlineData("track")]
    [InlineData("artist")]
    [InlineData("album")]
    [InlineData("genre")]
    [InlineData("playlist")]
    public async Task A_radio_is_a_playlist_with_the_taste_of_its_seed(string kind)
    {
        using var listener = await Server.SignInAsync("kind-" + kind);
        var (seed, name) = kind switch
        {
            "track" => ($"spotify:track:{Hit(1).Id}", Hit(1).Name),
            "artist" => ($"spotify:artist:{ArtistOf(1).Id}", ArtistOf(1).Name),
            "album" => ($"spotify:album:{Hit(1).ParentId}", $"Album of {ArtistOf(1).Name}"),
            "genre" => ("spotify:genre:Folk", "Folk"),
            _ => ($"spotify:playlist:{await CreatePlaylistAsync(listener, isPublic: false)}", "Mine"),
        };
        using var response = await OpenAsync(listener, seed);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var radio = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal(response.Headers.Location?.ToString(), radio.At("href"));
        Assert.Equal(($"{name} Radio", "false", "kind-" + kind), (radio.At("name"), radio.At("public"), radio.At("owner", "id")));
        var tracks = TracksOf(radio);
        Assert.Equal(50, tracks.Count);
        Assert.Equal(50, tracks.Distinct().Count());
        Assert.InRange(tracks.Take(30).Count(id => Genre(id) == "folk"), 25, 30);
        if (kind == "track") Assert.Equal(Hit(1).Id, tracks[0]);
        Assert.DoesNotContain(tracks, id => id == Withdrawn.Id || !Track(id).Rights.Markets.Contains("SE"));

        // It is the same one until the next day, and not in the library.
        using var again = await OpenAsync(listener, seed);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        var same = (await again.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal((radio.At("id"), radio.At("snapshot_id")), (same.At("id"), same.At("snapshot_id")));
        Assert.Equal(tracks, TracksOf(await listener.GetJsonAsync($"/v1/playlists/{radio.At("id")}")));
        var library = await listener.GetJsonAsync("/v1/me/playlists");
        Assert.DoesNotContain(library["items"]!.AsArray(), playlist => playlist!.At("id") == radio.At("id"));
    }

    [Fact]
    public async Task The_own_taste_can_be_the_seed()
    {
        using var listener = await Server.SignInAsync("fan");
        var saved = string.Join(',', Tracks.Skip(TracksPerTaste).Take(10).Select(track => track.Id));
        (await listener.PutAsync($"/v1/me/tracks?ids={saved}", null)).Dispose();
        var radio = await RadioAsync(listener, "spotify:user:me");
        Assert.Equal(("Your Radio", 50), (radio.At("name"), TracksOf(radio).Count));
        Assert.Equal(radio.At("id"), (await RadioAsync(listener, "spotify:user:fan")).At("id"));
        using var stranger = await Server.SignInAsync("newcomer");
        Assert.Equal(50, TracksOf(await RadioAsync(stranger, "spotify:user:me")).Count);
    }

    [Fact]
    public async Task A_radio_of_yesterday_is_generated_again_with_the_same_id()
    {
        using var listener = await Server.SignInAsync("yesterday");
        var seed = $"spotify:artist:{ArtistOf(2).Id}";
        var radio = await RadioAsync(listener, seed);
        var unwanted = TracksOf(radio)[3];
        (await listener.PutAsJsonAsync("/v1/me/taste/not-interested", new { uris = new[] { $"spotify:track:{unwanted}" } })).Dispose();
        Assert.Contains(unwanted, TracksOf(await RadioAsync(listener, seed)));

        var yesterday = fixture.Clock.Now.AddHours(-25);
        await Server.WriteAsync(Mutation.Update(
            Surfaces,
            ("UserId", "yesterday"), ("Surface", "radio:" + seed), ("Period", $"{yesterday:yyyy-MM-dd}"),
            ("GeneratedAt", Instant.Truncate(yesterday))));
        using var response = await OpenAsync(listener, seed);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var later = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal(radio.At("id"), later.At("id"));
        Assert.NotEqual(radio.At("snapshot_id"), later.At("snapshot_id"));
        Assert.DoesNotContain(unwanted, TracksOf(later));
        Assert.Equal(50, TracksOf(later).Count);
    }

    [Fact]
    public async Task Simultaneous_requests_make_one_playlist()
    {
        using var listener = await Server.SignInAsync("impatient");
        var radios = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RadioAsync(listener, "spotify:genre:jazz")));
        Assert.Single(radios.Select(radio => radio.At("id")).Distinct());
        Assert.All(radios, radio => Assert.Equal(50, TracksOf(radio).Count));
    }

    [Fact]
    public async Task What_a_listener_does_not_want_is_left_out()
    {
        using var listener = await Server.SignInAsync("picky");
        await Server.WriteAsync(Mutation.Update(
            Spotify.Domain.Users.User.Table, ("UserId", "picky"), ("ExplicitFilter", true)));
        var artist = Artists[(2 * Artists.Count / Genres.Count) + 1];
        (await listener.PutAsJsonAsync("/v1/me/taste/not-interested", new { uris = new[] { $"spotify:artist:{artist.Id}" } })).Dispose();
        var tracks = TracksOf(await RadioAsync(listener, "spotify:genre:jazz"));
        Assert.NotEmpty(tracks);
        Assert.All(tracks, id =>
        {
            var track = Track(id);
            Assert.False(track.Explicit);
            Assert.NotEqual(artist.Id, track.Artists[0].Id);
        });
    }

    [Fact]
    public async Task The_last_twenty_radios_are_kept()
    {
        using var listener = await Server.SignInAsync("restless");
        var ids = new List<string>();
        foreach (var track in Tracks.Where(track => track.Rights.Markets.Contains("SE") && track != Withdrawn).Take(21))
            ids.Add((await RadioAsync(listener, $"spotify:track:{track.Id}")).At("id")!);
        using var oldest = await listener.GetAsync($"/v1/playlists/{ids[0]}");
        Assert.Equal(HttpStatusCode.NotFound, oldest.StatusCode);
        using var next = await listener.GetAsync($"/v1/playlists/{ids[1]}");
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("spotify:track:x")]
    [InlineData("spotify:episode:0000000000000000000000")]
    [InlineData("spotify:user:bob")]
    [InlineData("spotify:genre:")]
    [InlineData("https://open.spotify.com/track/0000000000000000000000")]
    public async Task Other_seeds_are_an_error(string? seed)
    {
        using var response = await OpenAsync(Ada, seed);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("seed", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var text = await Ada.PostAsync("/v1/me/radio", new StringContent("{"));
        Assert.Equal(HttpStatusCode.BadRequest, text.StatusCode);
        using var huge = await OpenAsync(Ada, "spotify:genre:" + new string('x', 5000));
        Assert.Equal(HttpStatusCode.BadRequest, huge.StatusCode);
    }

    [Theory]
    [InlineData("track:0000000000000000000000")]
    [InlineData("artist:0000000000000000000000")]
    [InlineData("album:0000000000000000000000")]
    [InlineData("playlist:0000000000000000000000")]
    [InlineData("genre:polka")]
    [InlineData("genre:!!!")]
    public async Task Seeds_that_do_not_exist_are_not_found(string seed)
    {
        using var response = await OpenAsync(Ada, $"spotify:{seed}");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Private_playlists_of_others_are_not_found_and_public_ones_are_seeds()
    {
        using var owner = await Server.SignInAsync("owner");
        var (hidden, shown) = (await CreatePlaylistAsync(owner, isPublic: false), await CreatePlaylistAsync(owner, isPublic: true));
        using var response = await OpenAsync(Ada, $"spotify:playlist:{hidden}");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("Mine Radio", (await RadioAsync(Ada, $"spotify:playlist:{shown}")).At("name"));
    }

    [Fact]
    public async Task Radios_are_for_users_with_the_scopes()
    {
        using var app = Server.SignInApp();
        using var response = await OpenAsync(app, "spotify:genre:jazz");
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        using var reader = Server.WithScopes("ada", "playlist-read-private");
        using var refused = await OpenAsync(reader, "spotify:genre:jazz");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        // A user who is known from the token only.
        var token = Server.Issuer(fixture.Clock).Issue("unseen", "SE", Spotify.Domain.Users.Product.Premium, "app", Scopes.All);
        using var unseen = new HttpClient { BaseAddress = Ada.BaseAddress };
        unseen.DefaultRequestHeaders.Authorization = new("Bearer", token);
        Assert.Equal(50, TracksOf(await RadioAsync(unseen, "spotify:genre:jazz")).Count);
    }

    protected static async Task<JsonObject> RadioAsync(HttpClient client, string seed)
    {
        using var response = await OpenAsync(client, seed);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!.AsObject();
    }

    protected static IReadOnlyList<string> TracksOf(JsonNode playlist) =>
        [.. playlist["items"]!["items"]!.AsArray().Select(item => item!.At("item", "id")!)];

    private static Task<HttpResponseMessage> OpenAsync(HttpClient client, string? seed) =>
        client.PostAsJsonAsync("/v1/me/radio", new { seed });

    private static async Task<string> CreatePlaylistAsync(HttpClient client, bool isPublic)
    {
        using var created = await client.PostAsJsonAsync("/v1/me/playlists", new { name = "Mine", @public = isPublic });
        var id = (await created.Content.ReadFromJsonAsync<JsonObject>())!.At("id")!;
        var uris = Tracks.Skip(TracksPerTaste).Take(30).Select(track => $"spotify:track:{track.Id}");
        using var added = await client.PostAsJsonAsync($"/v1/playlists/{id}/items", new { uris });
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        return id;
    }
}

/// <summary>Tests of radios with a model.</summary>
public sealed class RadioTests(PlantedFixture fixture) : RadioContract(fixture), IClassFixture<PlantedFixture>
{
    [Fact]
    public async Task The_items_have_reasons_that_name_the_seed()
    {
        var radio = await RadioAsync(Ada, $"spotify:artist:{ArtistOf(3).Id}");
        var rows = await Server.Database.QueryAsync(
            Reasons, new Parameters { { "playlist", radio.At("id")! } }, null, default).ToListAsync();
        Assert.Equal(50, rows.Count);
        Assert.InRange(rows.Count(row => row.StringOrNull("Reason")?.Contains(ArtistOf(3).Id, StringComparison.Ordinal) == true), 5, 50);
    }

    private static readonly Statement Reasons = new(
        "SELECT Reason FROM PlaylistItems WHERE PlaylistId = @playlist", ("playlist", ColumnType.String));
}

/// <summary>Tests of radios without a model.</summary>
public sealed class UntrainedRadioTests(UntrainedFixture fixture) : RadioContract(fixture), IClassFixture<UntrainedFixture>;
