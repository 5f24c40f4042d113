using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Spotify.Domain;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Playlists;
using Spotify.Web.Identity;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.ResumePoints;

/// <summary>The routes by which listeners set and read their resume points.</summary>
public sealed class ResumePointRouteTests : IAsyncLifetime
{
    private const string Route = "/v1/me/resume-points";

    private readonly ManualTimeProvider clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private LocalServer server = null!;
    private HttpClient ada = null!;

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(builder => builder.UseClock(clock));
        await server.WriteAsync(Mutations);
        ada = await server.SignInAsync("ada");
    }

    public async Task DisposeAsync()
    {
        ada.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task An_episode_is_marked_as_played_as_unplayed_and_as_played_to_a_position()
    {
        Assert.Equal(("false", "0", null), await PointAsync(Pilot.Uri()));
        await SetAsync(ada, $$"""{"uri":"{{Pilot.Uri()}}","fully_played":true}""");
        Assert.Equal(("true", "0", "2026-11-22T12:00:00Z"), await PointAsync(Pilot.Uri()));
        Assert.Equal("true", (await ada.GetJsonAsync($"/v1/episodes/{Pilot.Id}")).At("resume_point", "fully_played"));

        clock.Advance(TimeSpan.FromSeconds(1));
        await SetAsync(ada, $$"""{"uri":"{{Pilot.Uri()}}","fully_played":false}""");
        Assert.Equal(("false", "0", "2026-11-22T12:00:01Z"), await PointAsync(Pilot.Uri()));
        await SetAsync(ada, $$"""{"uri":"{{Pilot.Uri()}}","resume_position_ms":90000}""");
        Assert.Equal(("false", "90000"), Two(await PointAsync(Pilot.Uri())));
        Assert.Equal("90000", (await ada.GetJsonAsync($"/v1/episodes/{Pilot.Id}")).At("resume_point", "resume_position_ms"));
    }

    [Theory]
    [InlineData("""
        "resume_position_ms":999999
        """, "true", "0")]
    [InlineData("""
        "resume_position_ms":9223372036854775807
        """, "true", "0")]
    [InlineData("""
        "resume_position_ms":500000,"fully_played":null
        """, "false", "500000")]
    [InlineData("""
        "resume_position_ms":999999,"fully_played":false
        """, "false", "999999")]
    [InlineData("""
        "resume_position_ms":5000000,"fully_played":false
        """, "false", "1000000")]
    [InlineData("""
        "resume_position_ms":5,"fully_played":true
        """, "true", "0")]
    public async Task A_position_near_the_end_means_fully_played_unless_the_listener_says_otherwise(
        string members, string isPlayed, string position)
    {
        await SetAsync(ada, $$"""{"uri":"{{Chapter.Uri()}}",{{members}}}""");
        Assert.Equal((isPlayed, position), Two(await PointAsync(Chapter.Uri())));
        var chapter = await ada.GetJsonAsync($"/v1/chapters/{Chapter.Id}");
        Assert.Equal((isPlayed, position), (chapter.At("resume_point", "fully_played"), chapter.At("resume_point", "resume_position_ms")));
    }

    [Fact]
    public async Task Points_of_other_listeners_are_neither_visible_nor_changed()
    {
        using var bob = await server.SignInAsync("bob");
        await SetAsync(ada, $$"""{"uri":"{{Pilot.Uri()}}","resume_position_ms":90000}""");
        Assert.Equal("0", (await bob.GetJsonAsync($"{Route}?uris={Pilot.Uri()}")).At("resume_points", 0, "resume_position_ms"));
        await SetAsync(bob, $$"""{"uri":"{{Pilot.Uri()}}","fully_played":true}""");
        Assert.Equal(("false", "90000"), Two(await PointAsync(Pilot.Uri())));
    }

    [Fact]
    public async Task Several_are_set_at_once_in_which_the_last_of_an_item_wins_and_unknown_items_are_skipped()
    {
        var gone = $"spotify:episode:{SpotifyId.FromName("gone")}";
        await SetAsync(
            ada,
            $$"""{"uri":"{{Pilot.Uri()}}","fully_played":true}""",
            $$"""{"uri":"{{gone}}","fully_played":true}""",
            $$"""{"uri":"spotify:episode:{{Chapter.Id}}","fully_played":true}""",
            $$"""{"uri":"{{Finale.Uri()}}","fully_played":true}""",
            $$"""{"uri":"{{Pilot.Uri()}}","resume_position_ms":7}""");
        var points = (await ada.GetJsonAsync($"{Route}?uris={gone},{Pilot.Uri()},{Finale.Uri()},{Chapter.Uri()},{Pilot.Uri()}"))
            ["resume_points"]!.AsArray();
        Assert.Equal(
            [(gone, "false", "0"), (Pilot.Uri(), "false", "7"), (Finale.Uri(), "true", "0"), (Chapter.Uri(), "false", "0"),
                (Pilot.Uri(), "false", "7")],
            points.Select(point => (point!.At("uri")!, point!.At("fully_played")!, point!.At("resume_position_ms")!)));
    }

    [Fact]
    public async Task A_repeated_request_changes_nothing()
    {
        for (var i = 0; i < 2; i++) await SetAsync(ada, $$"""{"uri":"{{Pilot.Uri()}}","resume_position_ms":90000}""");
        Assert.Equal(("false", "90000", "2026-11-22T12:00:00Z"), await PointAsync(Pilot.Uri()));
    }

    [Theory]
    [InlineData("", "Missing required parameter resume_points")]
    [InlineData("null", "Missing required parameter resume_points")]
    [InlineData("{}", "Missing required parameter resume_points")]
    [InlineData("""{"resume_points":[]}""", "Missing required parameter resume_points")]
    [InlineData("""{"resume_points":{}}""", "Error parsing JSON at $.resume_points")]
    [InlineData("""{"resume_points":[""", "Error parsing JSON")]
    [InlineData("""{"resume_points":[{PILOT},null]}""", "Invalid URI in resume_points[1]: null")]
    [InlineData("""{"resume_points":[{PILOT},{"fully_played":true}]}""", "Invalid URI in resume_points[1]: null")]
    [InlineData("""{"resume_points":[{PILOT},{"uri":"pilot","fully_played":true}]}""", "Invalid URI in resume_points[1]: pilot")]
    [InlineData(
        """{"resume_points":[{PILOT},{"uri":"spotify:track:4uLU6hMCjMI75M1A2tKUQC","fully_played":true}]}""",
        "Invalid URI in resume_points[1]: spotify:track:4uLU6hMCjMI75M1A2tKUQC is not an episode or a chapter")]
    [InlineData(
        """{"resume_points":[{PILOT},{"uri":"spotify:episode:4uLU6hMCjMI75M1A2tKUQC"}]}""",
        "Invalid resume_points[1]: resume_position_ms or fully_played is required")]
    [InlineData(
        """{"resume_points":[{PILOT},{"uri":"spotify:episode:4uLU6hMCjMI75M1A2tKUQC","resume_position_ms":-1}]}""",
        "Invalid resume_points[1]: resume_position_ms is a number of milliseconds, 0 or more")]
    [InlineData(
        """{"resume_points":[{PILOT},{"resume_position_ms":1.5}]}""", "Error parsing JSON at $.resume_points[1].resume_position_ms")]
    [InlineData(
        """{"resume_points":[{PILOT},{"resume_position_ms":9223372036854775808}]}""",
        "Error parsing JSON at $.resume_points[1].resume_position_ms")]
    [InlineData("""{"resume_points":[{PILOT},{"fully_played":"yes"}]}""", "Error parsing JSON at $.resume_points[1].fully_played")]
    public async Task Bad_input_is_refused_and_changes_nothing(string body, string reason)
    {
        body = body.Replace("{PILOT}", $$"""{"uri":"{{Pilot.Uri()}}","fully_played":true}""", StringComparison.Ordinal);
        using var refused = await ada.PutAsync(Route, new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.StartsWith(reason, await refused.ErrorAsync(HttpStatusCode.BadRequest), StringComparison.Ordinal);
        Assert.Equal(("false", "0", null), await PointAsync(Pilot.Uri()));
    }

    [Fact]
    public async Task At_most_50_are_set_and_read_at_once()
    {
        string[] Uris(int count) => [.. Enumerable.Range(0, count).Select(i => $"spotify:episode:{SpotifyId.FromName($"{i}")}")];
        string[] Changes(int count) => [.. Uris(count).Select(uri => $$"""{"uri":"{{uri}}","fully_played":true}""")];

        await SetAsync(ada, Changes(50));
        using var refused = await PutAsync(ada, Changes(51));
        Assert.Equal("Too many resume_points requested: at most 50", await refused.ErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal(50, (await ada.GetJsonAsync($"{Route}?uris={string.Join(',', Uris(50))}"))["resume_points"]!.AsArray().Count);
        Assert.Equal(
            "Too many uris requested: at most 50",
            await ada.GetErrorAsync($"{Route}?uris={string.Join(',', Uris(51))}", HttpStatusCode.BadRequest));
        await ada.GetErrorAsync(Route, HttpStatusCode.BadRequest);
        Assert.Contains(
            "not an episode", await ada.GetErrorAsync($"{Route}?uris={Dawn.Uri()}", HttpStatusCode.BadRequest), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Scopes.UserLibraryModify)]
    [InlineData(Scopes.UserModifyPlaybackState)]
    public async Task Either_scope_permits_changes(Scopes scope)
    {
        using var client = server.WithScopes("new", scope.Format());
        await SetAsync(client, $$"""{"uri":"{{Pilot.Uri()}}","fully_played":true}""");
    }

    private static (string?, string?) Two((string? FullyPlayed, string? PositionMs, string?) point) =>
        (point.FullyPlayed, point.PositionMs);

    private static async Task SetAsync(HttpClient client, params string[] changes)
    {
        using var response = await PutAsync(client, changes);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, params string[] changes) => client.PutAsync(
        Route, new StringContent($$"""{"resume_points":[{{string.Join(',', changes)}}]}""", Encoding.UTF8, "application/json"));

    private async Task<(string? FullyPlayed, string? PositionMs, string? UpdatedAt)> PointAsync(string uri)
    {
        var point = Assert.Single((await ada.GetJsonAsync($"{Route}?uris={uri}"))["resume_points"]!.AsArray())!;
        Assert.Equal(uri, point.At("uri"));
        return (point.At("fully_played"), point.At("resume_position_ms"), point.At("updated_at"));
    }
}
