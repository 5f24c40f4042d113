using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Listening;

public sealed class RecentlyPlayedTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string Path = "/v1/me/player/recently-played";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

    [Fact]
    public async Task The_newest_plays_come_first_with_their_context_and_cursors()
    {
        using var client = await UserAsync("anna", 1, 2, 3);
        var page = await client.GetJsonAsync($"{Path}?limit=2");

        Assert.Equal([Time(1), Time(2)], Times(page));
        Assert.Equal(Cursor(1), page.At("cursors", "after"));
        Assert.Equal(Cursor(2), page.At("cursors", "before"));
        Assert.EndsWith($"{Path}?before={Cursor(2)}&limit=2", page.At("next"), StringComparison.Ordinal);
        Assert.EndsWith($"{Path}?limit=2", page.At("href"), StringComparison.Ordinal);
        Assert.Equal("2", page.At("limit"));
        var item = page["items"]![0]!;
        Assert.Equal((TestCatalog.Dawn.Id, "track"), (item.At("track", "id"), item.At("track", "type")));
        Assert.Equal(("album", $"spotify:album:{TestCatalog.Sunrise.Id}"), (item.At("context", "type"), item.At("context", "uri")));
        Assert.EndsWith($"/v1/albums/{TestCatalog.Sunrise.Id}", item.At("context", "href"), StringComparison.Ordinal);
        Assert.NotNull(item.At("context", "external_urls", "spotify"));
    }

    [Fact]
    public async Task Without_plays_the_page_is_empty()
    {
        using var client = await UserAsync("bertil");
        var page = await client.GetJsonAsync(Path);

        Assert.Empty(page["items"]!.AsArray());
        Assert.Empty(page["cursors"]!.AsObject());
        Assert.True(page.AsObject().ContainsKey("next"));
        Assert.Null(page.At("next"));
    }

    [Fact]
    public async Task Only_plays_that_are_listed_are_shown_and_only_to_their_user()
    {
        using var client = await UserAsync("cecilia", 1);
        await InsertAsync("cecilia", "skipped", 2, isListed: false);
        using var other = await UserAsync("cecil");

        Assert.Equal([Time(1)], Times(await client.GetJsonAsync(Path)));
        Assert.Empty(Times(await other.GetJsonAsync(Path)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(50)]
    public async Task Following_the_links_visits_every_play_once_although_some_share_a_millisecond_and_tracks_are_gone(int limit)
    {
        // Groups of equal times, none larger than a page.
        var random = new Random(limit);
        var minutes = Enumerable.Range(0, 150).SelectMany(i => Enumerable.Repeat(i, random.Next(1, Math.Min(limit, 4) + 1))).ToArray();
        var user = $"dagny-{limit}";
        using var client = await UserAsync(user, minutes);
        for (var i = 0; i < 60; i++) await InsertAsync(user, $"gone {i}", 200 + i, track: SpotifyId.FromName("gone"));
        await InsertAsync(user, "oldest", 129_000);

        var seen = new List<string?>();
        for (var path = $"{Path}?limit={limit}"; path is not null;)
        {
            var page = await client.GetJsonAsync(path);
            Assert.InRange(page["items"]!.AsArray().Count, 0, limit);
            seen.AddRange(Times(page));
            path = page.At("next");
        }

        Assert.Equal([.. minutes.Order().Select(Time), Time(129_000)], seen);
    }

    [Fact]
    public async Task A_client_that_polls_with_after_gets_every_new_play_once()
    {
        int[] minutes = [.. Enumerable.Range(1, 30), 5, 5, 20];
        using var client = await UserAsync("elsa", minutes);

        var seen = new List<string?>();
        for (var path = $"{Path}?limit=4&after={Cursor(25)}"; path is not null;)
        {
            var page = await client.GetJsonAsync(path);
            seen.InsertRange(0, Times(page));
            Assert.Equal(page["items"]!.AsArray().Count > 0 ? Times(page)[0] : null, page.At("items", 0, "played_at"));
            path = page.At("next");
        }

        Assert.Equal(minutes.Where(minute => minute < 25).Order().Select(Time), seen);
    }

    [Fact]
    public async Task Before_and_after_exclude_their_own_time()
    {
        using var client = await UserAsync("folke", 1, 2, 3);

        Assert.Equal([Time(3)], Times(await client.GetJsonAsync($"{Path}?before={Cursor(2)}")));
        Assert.Equal([Time(1)], Times(await client.GetJsonAsync($"{Path}?after={Cursor(2)}")));
        Assert.Empty(Times(await client.GetJsonAsync($"{Path}?before=0")));
        Assert.Equal(3, Times(await client.GetJsonAsync($"{Path}?after=0")).Count);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=51", "limit")]
    [InlineData("before=x", "before")]
    [InlineData("after=-1", "after")]
    [InlineData("after=99999999999999999999", "after")]
    [InlineData("before=253402300800000", "before")]
    [InlineData("before=1&after=2", "Only one")]
    public async Task Bad_parameters_are_refused(string query, string message) =>
        Assert.Contains(message, await fixture.Ada.GetErrorAsync($"{Path}?{query}", HttpStatusCode.BadRequest), StringComparison.Ordinal);

    private static string Time(int minutesAgo) =>
        Now.AddMinutes(-minutesAgo).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Cursor(int minutesAgo) =>
        Now.AddMinutes(-minutesAgo).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static IReadOnlyList<string?> Times(JsonNode page) => [.. page["items"]!.AsArray().Select(item => item!.At("played_at"))];

    private async Task<HttpClient> UserAsync(string user, params int[] minutesAgo)
    {
        var client = await fixture.Server.SignInAsync(user);
        foreach (var (minutes, index) in minutesAgo.Select((minutes, index) => (minutes, index)))
            await InsertAsync(user, $"{index}", minutes);
        return client;
    }

    private Task InsertAsync(string user, string id, int minutesAgo, bool isListed = true, string? track = null) =>
        fixture.Server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("PlayHistory"),
            ("UserId", user), ("EventId", id), ("PlayedAt", Now.AddMinutes(-minutesAgo)), ("Type", "track"),
            ("PlayableId", track ?? TestCatalog.Dawn.Id), ("PlayedMs", 200_000L), ("DurationMs", 200_000L), ("EndReason", "completed"),
            ("Engagement", 1000L), ("IsListed", isListed), ("ContextUri", $"spotify:album:{TestCatalog.Sunrise.Id}")));
}
