using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using static Spotify.Functions.Tests.Recommendations.Surfaces.SurfaceServer;

namespace Spotify.Functions.Tests.Recommendations.Surfaces;

public sealed class PromptedPlaylistTests(SurfaceServer fixture) : IClassFixture<SurfaceServer>, IAsyncLifetime
{
    private readonly LocalServer server = fixture.Server;

    public Task InitializeAsync() => fixture.PublishAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_prompt_becomes_a_playlist_of_the_listeners_own()
    {
        using var client = await server.SignInAsync("prompter");
        var created = await CreateAsync(client, """{"prompt":"Calm acoustic  jazz from the 80s","limit":5}""");
        Assert.Equal("Calm acoustic jazz from the 80s", created.At("name"));
        Assert.Equal("prompter", created.At("owner", "id"));
        Assert.Equal("false", created.At("public"));
        var tracks = Tracks(created);
        Assert.Equal(5, tracks.Count);
        // The artist of 1986 is calm, and the one of 1984 is not.
        Assert.All(tracks, track => Assert.True(Find(track) is ("jazz", 2, _)));

        Assert.Equal("jazz", created.At("prompt", "genres", 0));
        Assert.Equal("1980", created.At("prompt", "from_year"));
        Assert.Equal("0.5", created.At("prompt", "attributes", "max_energy"));

        // It is an ordinary playlist.
        var read = await client.GetJsonAsync($"/v1/playlists/{created.At("id")}");
        Assert.Equal(tracks, Tracks(read));
        using var added = await client.PostAsJsonAsync(
            $"/v1/playlists/{created.At("id")}/items", new JsonObject { ["uris"] = new JsonArray($"spotify:track:{Track("rock", 0, 0)}") });
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.Contains("Calm acoustic jazz", (await client.GetJsonAsync("/v1/me/playlists")).ToJsonString());
    }

    [Theory]
    [InlineData("rock", "rock", null)]
    [InlineData("hiphop before 1990", "hip hop", 2)]
    [InlineData("like Cora Jazz", "jazz", null)]
    [InlineData("hip hop since 2010, no rock", "hip hop", null)]
    public async Task Tracks_have_the_genres_years_and_artists(string prompt, string genre, int? lastArtist)
    {
        using var client = await server.SignInAsync("matcher");
        var tracks = Tracks(await CreateAsync(client, new JsonObject { ["prompt"] = prompt, ["limit"] = 6 }.ToJsonString()));
        Assert.NotEmpty(tracks);
        Assert.All(tracks, track => Assert.Equal(genre, Find(track).Genre));
        if (lastArtist is { } last) Assert.All(tracks, track => Assert.True(Find(track).Artist <= last));
    }

    [Fact]
    public async Task Negations_leave_tracks_out()
    {
        using var client = await server.SignInAsync("negative");
        const string prompt = "jazz without vocals, not by Ada Jazz, no explicit songs";
        var tracks = Tracks(await CreateAsync(client, $$"""{"prompt":"{{prompt}}","limit":8}"""));
        Assert.All(tracks, track => Assert.True(Find(track) is ("jazz", not 0, _) && !IsExplicit(track)));
        // Instrumental are Cora and Emma, with four clean tracks each.
        Assert.Equal(8, tracks.Count(track => Find(track).Artist is 2 or 4));
    }

    [Fact]
    public async Task The_market_the_explicit_filter_and_exclusions_apply()
    {
        await fixture.AddListenerAsync("strict", country: "US", explicitFilter: true);
        await server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("NotInterested"),
            ("UserId", "strict"), ("Uri", $"spotify:artist:{Artist("rock", 3)}"), ("AddedAt", fixture.Clock.Now)));
        using var client = await server.SignInAsync("strict", country: "US");
        var tracks = Tracks(await CreateAsync(client, """{"prompt":"rock","limit":50}"""));
        Assert.NotEmpty(tracks);
        Assert.All(tracks, track => Assert.True(IsInUnitedStates(track) && !IsExplicit(track) && Find(track) is ("rock", not 3, _)));
    }

    [Fact]
    public async Task A_prompt_that_says_nothing_is_answered_by_taste_and_popularity()
    {
        await fixture.AddListenerAsync("vague", "rock");
        using var client = await server.SignInAsync("vague");
        var created = await CreateAsync(client, """{"prompt":"flurgle please","limit":10}""");
        Assert.Equal("flurgle", created.At("prompt", "ignored", 0));
        Assert.Equal(10, Tracks(created).Count);
    }

    [Fact]
    public async Task A_repeated_request_creates_one_playlist()
    {
        using var client = await server.SignInAsync("repeater");
        client.DefaultRequestHeaders.Add("Idempotency-Key", "once");
        var first = await CreateAsync(client, """{"prompt":"jazz"}""");
        var second = await CreateAsync(client, """{"prompt":"jazz"}""");
        Assert.Equal(first.ToJsonString(), second.ToJsonString());
        Assert.Equal("1", (await client.GetJsonAsync("/v1/me/playlists")).At("total"));
        using var other = await client.PostAsync("/v1/me/playlists/prompted", Json("""{"prompt":"rock"}"""));
        await other.ErrorAsync(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData("{}", "Missing required field: prompt")]
    [InlineData("""{"prompt":"  "}""", "Missing required field: prompt")]
    [InlineData("""{"prompt":"a\u0000b"}""", "Invalid prompt: control characters are not allowed")]
    [InlineData("""{"prompt":"jazz","limit":0}""", "Invalid limit: a number from 1 to 100 is wanted")]
    [InlineData("""{"prompt":"jazz","limit":101}""", "Invalid limit: a number from 1 to 100 is wanted")]
    [InlineData("""{"prompt":"jazz","name":" "}""", "Invalid name: it is empty")]
    [InlineData("""{"prompt":7}""", "Error parsing JSON at $.prompt")]
    public async Task A_bad_request_is_rejected(string body, string message)
    {
        using var client = await server.SignInAsync("bad");
        using var response = await client.PostAsync("/v1/me/playlists/prompted", Json(body));
        Assert.Equal(message, await response.ErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal("0", (await client.GetJsonAsync("/v1/me/playlists")).At("total"));
    }

    [Fact]
    public async Task A_prompt_has_at_most_500_characters()
    {
        using var client = await server.SignInAsync("long");
        using var response = await client.PostAsync(
            "/v1/me/playlists/prompted", Json(new JsonObject { ["prompt"] = new string('x', 501) }.ToJsonString()));
        await response.ErrorAsync(HttpStatusCode.BadRequest);
        var emoji = string.Concat(Enumerable.Repeat("👩‍🚀", 100));
        var created = await CreateAsync(client, new JsonObject { ["prompt"] = emoji }.ToJsonString());
        Assert.EndsWith("…", created.At("name"));
    }

    [Theory]
    [InlineData("playlist-modify-private", "", HttpStatusCode.Created)]
    [InlineData("playlist-modify-private", ",\"public\":true", HttpStatusCode.Forbidden)]
    [InlineData("playlist-modify-public", ",\"public\":true", HttpStatusCode.Created)]
    [InlineData("playlist-modify-public", "", HttpStatusCode.Forbidden)]
    [InlineData("user-library-modify", "", HttpStatusCode.Forbidden)]
    public async Task Tokens_need_the_scope_for_the_visibility(string scope, string more, HttpStatusCode expected)
    {
        using var client = server.WithScopes("scoped prompter", scope);
        using var response = await client.PostAsync("/v1/me/playlists/prompted", Json($$"""{"prompt":"jazz"{{more}}}"""));
        Assert.Equal(expected, response.StatusCode);
    }

    private static async Task<JsonNode> CreateAsync(HttpClient client, string body)
    {
        using var response = await client.PostAsync("/v1/me/playlists/prompted", Json(body));
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");

    private static List<string> Tracks(JsonNode playlist) =>
        [.. playlist["tracks"]!["items"]!.AsArray().Select(item => item!["track"]!.At("id")!)];
}
