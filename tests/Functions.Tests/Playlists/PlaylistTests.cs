using System.Net;
using System.Text.Json.Nodes;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;
using static Spotify.Functions.Tests.Playlists.PlaylistClient;

namespace Spotify.Functions.Tests.Playlists;

public sealed class PlaylistTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly HttpClient ada = fixture.Ada;
    private readonly HttpClient bob = fixture.Bob;

    [Fact]
    public async Task A_new_playlist_is_empty_and_public_and_equal_to_its_later_read()
    {
        using var response = await ada.PostAsync("/v1/me/playlists", Json(new { name = " Mine ", description = "What I <like>" }));
        var made = await response.JsonAsync(HttpStatusCode.Created);
        Assert.Equal(("Mine", "What I <like>", "true", "false", "0", "0"),
            (
                made.At("name"),
                made.At("description"),
                made.At("public"),
                made.At("collaborative"),
                made.At("followers", "total"),
                made.At("tracks", "total")));
        Assert.Equal("ada", made.At("owner", "id"));
        var read = await ada.GetJsonAsync($"/v1/playlists/{made.At("id")}");
        Assert.Equal(read.ToJsonString(), made.ToJsonString());
    }

    [Fact]
    public async Task The_deprecated_route_creates_playlists_for_the_caller_only()
    {
        await (await ada.PostAsync("/v1/users/ada/playlists", Json(new { name = "Mine" }))).JsonAsync(HttpStatusCode.Created);
        await (await ada.PostAsync("/v1/users/bob/playlists", Json(new { name = "Mine" }))).ErrorAsync(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"name":""}""")]
    [InlineData("""{"name":"  "}""")]
    [InlineData("""{"name":7}""")]
    [InlineData("""{"name":"a\u0000b"}""")]
    [InlineData("""{"name":"a\nb"}""")]
    [InlineData("""{"name":"\ud800"}""")]
    [InlineData("""{"name":"x","public":"yes"}""")]
    [InlineData("""{"name":"x","collaborative":true}""")]
    [InlineData("""{"name":"x","collaborative":true,"public":true}""")]
    [InlineData("""["x"]""")]
    [InlineData("""{"name":"x" """)]
    [InlineData("")]
    public async Task Bad_details_are_rejected(string body) =>
        await (await ada.PostAsync("/v1/me/playlists", new StringContent(body))).ErrorAsync(HttpStatusCode.BadRequest);

    [Fact]
    public async Task Names_and_descriptions_have_a_maximum_length()
    {
        await ada.CreateAsync(new { name = string.Concat(Enumerable.Repeat("🎵", 100)), description = new string('x', 300) });
        await (await ada.PostAsync("/v1/me/playlists", Json(new { name = new string('x', 101) }))).ErrorAsync(HttpStatusCode.BadRequest);
        await (await ada.PostAsync("/v1/me/playlists", Json(new { name = "x", description = new string('x', 301) }))).ErrorAsync(
            HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Only_the_given_details_change()
    {
        var id = await ada.CreateAsync(new { name = "Mine", description = "One" });
        await ChangeAsync(id, new { description = "Two" });
        await ChangeAsync(id, new { @public = false });
        await ChangeAsync(id, new { collaborative = true, name = "Ours" });
        await ChangeAsync(id, new { });
        var playlist = await ada.GetJsonAsync($"/v1/playlists/{id}");
        Assert.Equal(
            ("Ours", "Two", "false", "true"),
            (playlist.At("name"), playlist.At("description"), playlist.At("public"), playlist.At("collaborative")));
        await (await ada.PutAsync($"/v1/playlists/{id}", Json(new { @public = true }))).ErrorAsync(HttpStatusCode.BadRequest);
        await (await ada.PutAsync($"/v1/playlists/{id}", Json(new { name = "" }))).ErrorAsync(HttpStatusCode.BadRequest);
        await ChangeAsync(id, new { @public = true, collaborative = false });
    }

    [Fact]
    public async Task A_playlist_is_searchable_while_it_is_public()
    {
        var id = await ada.CreateAsync(new { name = "Kaleidoscope" });
        Assert.Equal(id, Found(await SearchAsync("kaleido")));
        await ChangeAsync(id, new { name = "Zeppelin" });
        Assert.Null(Found(await SearchAsync("kaleido")));
        Assert.Equal(id, Found(await SearchAsync("zeppelin")));
        await ChangeAsync(id, new { @public = false });
        Assert.Equal("0", (await SearchAsync("zeppelin")).At("playlists", "total"));
        await ChangeAsync(id, new { @public = true });
        Assert.Equal(id, Found(await SearchAsync("zeppelin")));
        await ada.CreateAsync(new { name = "Wallflower", @public = false });
        Assert.Equal("0", (await SearchAsync("wallflower")).At("playlists", "total"));

        Task<JsonNode> SearchAsync(string words) => bob.GetJsonAsync($"/v1/search?type=playlist&q={words}");
        static string? Found(JsonNode results) => results["playlists"]!["items"]!.AsArray().SingleOrDefault()?.At("id");
    }

    [Fact]
    public async Task Lists_have_owned_and_followed_playlists_latest_first()
    {
        var (carol, dan) = (await fixture.Server.SignInAsync("carol"), await fixture.Server.SignInAsync("dan"));
        var first = await carol.CreateAsync(new { name = "First" });
        var hidden = await carol.CreateAsync(new { name = "Hidden", @public = false });
        var theirs = await dan.CreateAsync(new { name = "Theirs" });
        await (await carol.PutAsync($"/v1/playlists/{theirs}/followers", null)).OkAsync();
        Assert.Equal([theirs, hidden, first], await IdsAsync(carol, "/v1/me/playlists"));
        Assert.Equal([hidden], await IdsAsync(carol, "/v1/me/playlists?limit=1&offset=1"));
        Assert.Equal([theirs, hidden, first], await IdsAsync(carol, "/v1/users/carol/playlists"));
        Assert.Equal([theirs, first], await IdsAsync(dan, "/v1/users/carol/playlists"));

        await (await carol.PutAsync($"/v1/playlists/{theirs}/followers", Json(new { @public = false }))).OkAsync();
        Assert.Equal([first], await IdsAsync(dan, "/v1/users/carol/playlists"));
        Assert.Equal("1", (await dan.GetJsonAsync($"/v1/playlists/{theirs}")).At("followers", "total"));
        await (await dan.PutAsync($"/v1/playlists/{theirs}", Json(new { @public = false }))).OkAsync();
        Assert.Equal([hidden, first], await IdsAsync(carol, "/v1/me/playlists"));
        await (await carol.DeleteAsync($"/v1/playlists/{theirs}/followers")).OkAsync();
        Assert.Equal("0", (await dan.GetJsonAsync($"/v1/playlists/{theirs}")).At("followers", "total"));
        await dan.GetErrorAsync("/v1/users/nobody/playlists", HttpStatusCode.NotFound);

        static async Task<IEnumerable<string>> IdsAsync(HttpClient client, string path) =>
            (await client.GetJsonAsync(path))["items"]!.AsArray().Select(item => item!.At("id")!);
    }

    [Fact]
    public async Task Unfollowing_an_own_playlist_hides_it_but_keeps_it_editable()
    {
        var erin = await fixture.Server.SignInAsync("erin");
        var id = await erin.CreateAsync();
        await (await erin.DeleteAsync($"/v1/playlists/{id}/followers")).OkAsync();
        await (await erin.DeleteAsync($"/v1/playlists/{id}/followers")).OkAsync();
        Assert.Equal("0", (await erin.GetJsonAsync("/v1/me/playlists")).At("total"));
        Assert.Equal("[false]", (await erin.GetJsonAsync($"/v1/playlists/{id}/followers/contains")).ToJsonString());
        await erin.AddAsync(id, Dawn);
        await (await erin.PutAsync($"/v1/playlists/{id}/followers", null)).OkAsync();
        Assert.Equal("1", (await erin.GetJsonAsync("/v1/me/playlists")).At("total"));
        Assert.Equal("[true]", (await erin.GetJsonAsync($"/v1/playlists/{id}/followers/contains?ids=erin")).ToJsonString());
        await erin.GetErrorAsync($"/v1/playlists/{id}/followers/contains?ids=ada", HttpStatusCode.BadRequest);
        Assert.Equal("0", (await erin.GetJsonAsync($"/v1/playlists/{id}")).At("followers", "total"));
    }

    [Fact]
    public async Task Followers_of_a_collaborative_playlist_can_edit_it()
    {
        var id = await ada.CreateAsync(new { name = "Ours", @public = false, collaborative = true });
        await ada.AddAsync(id, Dawn);
        await bob.GetErrorAsync($"/v1/playlists/{id}", HttpStatusCode.NotFound);
        await (await bob.PutAsync($"/v1/playlists/{id}/followers", null)).OkAsync();
        await bob.AddAsync(id, Duet);
        var items = (await ada.GetJsonAsync($"/v1/playlists/{id}"))["items"]!["items"]!.AsArray();
        Assert.Equal(["ada", "bob"], items.Select(item => item!.At("added_by", "id")!));
        await ChangeAsync(id, new { collaborative = false });
        await bob.GetErrorAsync($"/v1/playlists/{id}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Fields_are_filtered()
    {
        var id = await ada.CreateAsync(new { name = "Mine" });
        await ada.AddAsync(id, Dawn);
        Assert.Equal(
            """{"description":"","name":"Mine"}""", (await ada.GetJsonAsync($"/v1/playlists/{id}?fields=description,name")).ToJsonString());
        Assert.Equal("""{"items":[{"added_by":{"id":"ada"},"track":{"album":{"name":"Sunrise"},"name":"Dawn"}}]}""",
            (await ada.GetJsonAsync($"/v1/playlists/{id}/tracks?fields=items(added_by.id,track(name,album(name)))")).ToJsonString());
        await ada.GetErrorAsync($"/v1/playlists/{id}?fields=a(b", HttpStatusCode.BadRequest);
    }

    private async Task ChangeAsync(string id, object details) => await (await ada.PutAsync($"/v1/playlists/{id}", Json(details))).OkAsync();
}

internal static class OkAssertion
{
    /// <summary>Checks that a response is an empty 200.</summary>
    public static async Task OkAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(
            response.StatusCode == HttpStatusCode.OK && text == "",
            $"{response.RequestMessage?.RequestUri}: {(int)response.StatusCode} {text}");
    }
}
