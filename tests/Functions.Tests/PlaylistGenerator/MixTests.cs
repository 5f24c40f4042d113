using System.Net;
using System.Text.Json.Nodes;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.PlaylistGenerator;
using static Spotify.Functions.Tests.PlaylistGenerator.GeneratorServer;

namespace Spotify.Functions.Tests.PlaylistGenerator;

/// <summary>On Repeat, the Daily Mixes and Release Radar, from the task to the playlist in the API.</summary>
public sealed class MixTests(GeneratorServer server) : IClassFixture<GeneratorServer>
{
    private static readonly string[] Mixes = [.. Enumerable.Range(1, 6).Select(number => $"daily-mix-{number}")];

    [Fact]
    public async Task On_repeat_has_the_tracks_played_most_and_skips_count_against_them()
    {
        await server.AddUserAsync("repeater");
        for (var rank = 0; rank < 8; rank++)
            for (var times = 0; times < 10 - rank; times++) await server.PlayAsync("repeater", Track(0, rank, 0));
        await server.PlayAsync("repeater", Track(1, 0, 0));
        for (var skip = 0; skip < 8; skip++) await SkipAsync("repeater", Track(0, 0, 0));
        await HideAsync("repeater", $"spotify:artist:{Artist(0, 2)}");
        await HideAsync("repeater", $"spotify:track:{Track(0, 3, 0)}");

        await GenerateAsync(["repeater"], "on-repeat");

        Assert.Equal(
            [Track(0, 1, 0), Track(0, 4, 0), Track(0, 5, 0), Track(0, 6, 0), Track(0, 7, 0), Track(0, 0, 0)],
            await TracksAsync("repeater", "on-repeat"));
    }

    [Fact]
    public async Task A_batch_has_lists_for_those_with_enough_data_only()
    {
        await server.AddListenerAsync("once");
        await server.AddUserAsync("nobody");
        await server.AddUserAsync("fan");
        foreach (var _ in (int[])[1, 2]) await server.PlayAsync("fan", Enumerable.Range(0, 6).Select(artist => Track(2, artist, 1)));

        await GenerateAsync(["once", "nobody", "missing", "fan"], ["on-repeat", "release-radar", .. Mixes]);

        Assert.Null(await StateAsync("once", "on-repeat"));
        Assert.Null(await StateAsync("nobody", "on-repeat"));
        Assert.Equal(6, (await TracksAsync("fan", "on-repeat")).Count);
        foreach (var surface in (string[])["release-radar", .. Mixes]) Assert.Null(await StateAsync("nobody", surface));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_taste_has_a_mix_of_familiar_and_new_tracks_that_changes_from_day_to_day(bool hasModel)
    {
        await using var own = new OwnServer();
        var mixes = new MixTests(await own.StartAsync());
        if (hasModel) await mixes.Server.PublishAsync();
        await mixes.Server.AddUserAsync("mixed");
        string[] played = [.. Played(0, 21), .. Played(2, 14)];
        await mixes.Server.PlayAsync("mixed", [.. played, .. Played(0, 21)]);

        await mixes.GenerateAsync(["mixed"], Mixes);
        var (first, second) = (await mixes.TracksAsync("mixed", Mixes[0]), await mixes.TracksAsync("mixed", Mixes[1]));
        Assert.Null(await mixes.StateAsync("mixed", Mixes[2]));
        mixes.AssertMix(first, 0, 21, played, hasModel);
        mixes.AssertMix(second, 2, 14, played, hasModel);
        Assert.Contains("Artist 0-", (await mixes.ReadAsync("mixed", Mixes[0])).At("description"));
        Assert.Contains((await mixes.ReadAsync("mixed", Mixes[0]))["tracks"]!["items"]!.AsArray(), item => item!.At("reason") is not null);

        // On the next day the other taste is the greater one; the mixes keep their taste.
        mixes.Server.Clock.Advance(TimeSpan.FromDays(1));
        foreach (var _ in (int[])[1, 2, 3]) await mixes.Server.PlayAsync("mixed", Played(2, 14));
        await mixes.GenerateAsync(["mixed"], Mixes);
        var next = await mixes.TracksAsync("mixed", Mixes[0]);
        mixes.AssertMix(next, 0, 21, played, hasModel);
        mixes.AssertMix(await mixes.TracksAsync("mixed", Mixes[1]), 2, 14, played, hasModel);
        Assert.NotEqual(first, next);
    }

    [Fact]
    public async Task A_mix_without_enough_taste_keeps_its_last_list()
    {
        await server.AddUserAsync("fading");
        await server.PlayAsync("fading", Played(1, 20));
        await GenerateAsync(["fading"], Mixes);
        var before = await TracksAsync("fading", Mixes[0]);
        Assert.NotEmpty(before);

        for (var artist = 0; artist < Artists; artist++) await HideAsync("fading", $"spotify:artist:{Artist(1, artist)}");
        server.Clock.Advance(TimeSpan.FromDays(1));
        await GenerateAsync(["fading"], Mixes);

        Assert.Equal(before, await TracksAsync("fading", Mixes[0]));
    }

    [Fact]
    public async Task Release_radar_has_the_releases_of_four_weeks_those_of_this_week_first()
    {
        await using var own = new OwnServer();
        var radar = new MixTests(await own.StartAsync());
        await radar.Server.AddUserAsync("follower");
        using var client = await radar.Server.Server.SignInAsync("follower");
        var ids = string.Join(',', Enumerable.Range(0, Artists).Select(artist => Artist(0, artist)));
        using (var followed = await client.PutAsync($"/v1/me/following?type=artist&ids={ids}", null))
            Assert.True(followed.IsSuccessStatusCode);

        // The radar of Friday, 20 November; today is Monday.
        var yesterday = await radar.ReleaseAsync(0, "2026-11-22");
        var friday = await radar.ReleaseAsync(1, "2026-11-20");
        var saturday = await radar.ReleaseAsync(2, "2026-11-14");
        var announced = await radar.ReleaseAsync(3, "2026-11-13");
        var oldest = await radar.ReleaseAsync(4, "2026-10-24");
        var unlocked = await radar.ReleaseAsync(5, "2026-11-02", from: "2026-11-19T00:00:00Z");
        string[] none =
        [
            await radar.ReleaseAsync(4, "2026-10-23"), await radar.ReleaseAsync(5, "2026-11-24"), await radar.ReleaseAsync(6, "2026-11"),
            await radar.ReleaseAsync(6, "2026-11-20", market: "US"), await radar.ReleaseAsync(6, "2026-11-20", trackMarket: "US"),
            await radar.ReleaseAsync(7, "2026-11-20", from: "2026-11-24T00:00:00Z"),
        ];
        var heard = await radar.ReleaseAsync(7, "2026-11-21");
        await radar.Server.PlayAsync("follower", heard);

        await radar.GenerateAsync(["follower"], "release-radar");
        var tracks = await radar.TracksAsync("follower", "release-radar");

        Assert.Equal(
            new HashSet<string> { yesterday, friday, saturday, unlocked }, tracks.Take(4).ToHashSet());
        Assert.Equal([announced, oldest], tracks[4..]);
        Assert.Empty(none.Intersect(tracks));
        var item = (await radar.ReadAsync("follower", "release-radar"))["tracks"]!["items"]![0]!;
        Assert.Equal("new_release", item.At("reason", "type"));
    }

    [Fact]
    public async Task An_album_has_two_tracks_and_an_artist_not_more()
    {
        await using var own = new OwnServer();
        var radar = new MixTests(await own.StartAsync());
        await radar.Server.AddUserAsync("collector");
        using var client = await radar.Server.Server.SignInAsync("collector");
        using (var followed = await client.PutAsync($"/v1/me/following?type=artist&ids={Artist(0, 0)},{Artist(0, 1)}", null))
            Assert.True(followed.IsSuccessStatusCode);
        await radar.ReleaseAsync(0, "2026-11-20", type: "album", count: 6);
        for (var i = 0; i < 4; i++) await radar.ReleaseAsync(1, $"2026-11-1{i + 5}");

        await radar.GenerateAsync(["collector"], "release-radar");

        var tracks = await radar.ReadAsync("collector", "release-radar");
        Assert.Equal(
            new Dictionary<string, int> { ["Artist 0-0"] = 2, ["Artist 0-1"] = 2 },
            tracks["tracks"]!["items"]!.AsArray().CountBy(item => item!.At("track", "artists", 0, "name")!).ToDictionary());
    }

    [Fact]
    public async Task Batches_of_many_listeners_cost_as_many_reads_as_those_of_few()
    {
        string[] users = [.. Enumerable.Range(0, 20).Select(i => $"crowd {i}")];
        for (var i = 0; i < users.Length; i++) await server.AddListenerAsync(users[i], i % Genres);

        var few = await ReadsAsync(users[..2]);
        var many = await ReadsAsync(users[2..]);

        // A write reads its listener's rows.
        Assert.Equal(few, many);

        async Task<int> ReadsAsync(string[] batch)
        {
            var before = server.Database.RoundTrips;
            await GenerateAsync(batch, "release-radar");
            var after = server.Database.RoundTrips;
            return after.Reads - before.Reads - (after.Commits - before.Commits);
        }
    }

    private GeneratorServer Server => server;

    private static IEnumerable<string> Played(int genre, int count) =>
        Enumerable.Range(0, count).Select(i => Track(genre, i % Artists, i / Artists));

    private void AssertMix(List<string> tracks, int genre, int familiar, string[] played, bool hasModel)
    {
        // 70 % of the mix are the familiar tracks. Those of the popular tracks that are explicit or unknown may be missing.
        Assert.Equal(familiar, tracks.Count(played.Contains));
        Assert.All(tracks, track => Assert.Equal(genre, GenreOf(track)));
        if (hasModel) Assert.InRange(tracks.Count(track => !played.Contains(track)), (familiar * 3 / 7) - 1, (familiar * 3 / 7) + 1);
        Assert.Equal(tracks.Distinct(), tracks);
    }

    private async Task GenerateAsync(string[] users, params string[] surfaces)
    {
        using var response = await server.SendAsync(new GenerationTask(users) { Surfaces = surfaces });
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    private Task<Row?> StateAsync(string user, string surface) =>
        server.Database.ReadAsync(Schema.Current.Table("GeneratedPlaylists"), new Key(user, surface), null, default);

    private async Task<JsonNode> ReadAsync(string user, string surface)
    {
        using var client = await server.Server.SignInAsync(user);
        return await client.GetJsonAsync($"/v1/playlists/{(await StateAsync(user, surface))!.String("PlaylistId")}");
    }

    private async Task<List<string>> TracksAsync(string user, string surface) =>
        [.. (await ReadAsync(user, surface))["tracks"]!["items"]!.AsArray().Select(item => item!.At("track", "id")!)];

    private Task SkipAsync(string user, string track) => server.Server.WriteAsync(Mutation.Insert(
        Schema.Current.Table("PlayHistory"),
        ("UserId", user), ("EventId", SpotifyId.New()), ("PlayedAt", server.Clock.Now.AddHours(-2)), ("Type", "track"),
        ("PlayableId", track), ("PlayedMs", 5_000L), ("DurationMs", 200_000L), ("EndReason", "skipped"), ("Engagement", -500L),
        ("IsListed", false), ("ContextUri", null)));

    private Task HideAsync(string user, string uri) => server.Server.WriteAsync(Mutation.Insert(
        Schema.Current.Table("NotInterested"), ("UserId", user), ("Uri", uri), ("AddedAt", server.Clock.Now)));

    // Adds a release of an artist of genre 0, and returns the id of its first track.
    private async Task<string> ReleaseAsync(
        int artist, string date, string type = "single", int count = 1, string? market = null, string? trackMarket = null,
        string? from = null)
    {
        var credit = TestCatalog.NewArtist($"Artist 0-{artist}", 50) with { Id = Artist(0, artist) };
        var album = TestCatalog.NewAlbum(SpotifyId.New(), type, date, credit) with
        {
            Id = SpotifyId.New(), Markets = market is null ? MarketSet.Everywhere : MarketSet.Of(market), Upc = null,
        };
        var tracks = Enumerable.Range(1, count).Select(number => TestCatalog.NewTrack(album, number, $"New {number}", credit) with
        {
            Id = SpotifyId.New(),
            Rights = new Rights(
                (market ?? trackMarket) is { } only ? MarketSet.Of(only) : MarketSet.Everywhere,
                from is null ? null : DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture),
                null),
        }).ToList();
        await server.Server.WriteAsync(
        [
            .. CatalogWriter.Write(album),
            .. tracks.SelectMany(track => CatalogWriter.Write(track, album.Name, genres: [])),
            .. tracks.Select(track => CatalogWriter.WriteAudio(track.Id, SpotifyId.FromName(track.Id), "ogg high 160 4000000", -3, null)),
        ]);
        return tracks[0].Id;
    }

    // A server for one test.
    private sealed class OwnServer : IAsyncDisposable
    {
        private readonly GeneratorServer server = new();

        public async Task<GeneratorServer> StartAsync()
        {
            await server.InitializeAsync();
            return server;
        }

        public async ValueTask DisposeAsync() => await server.DisposeAsync();
    }
}
