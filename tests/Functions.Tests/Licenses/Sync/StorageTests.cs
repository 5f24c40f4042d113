using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Licenses.Issuing;
using static Spotify.Functions.Tests.Licenses.Issuing.LicenseServer;

namespace Spotify.Functions.Tests.Licenses.Sync;

/// <summary>Tests of the advice on what to remove, and of estimates of sizes.</summary>
public sealed class StorageTests(LicenseServer offline) : IClassFixture<LicenseServer>
{
    [Fact]
    public async Task Unplayed_items_unfollowed_playlists_and_then_the_least_recently_played_are_advised_until_there_is_room()
    {
        var (user, device) = await offline.RegisterAsync("evict");
        var sync = new SyncModel(offline, "evict", device);
        var ids = await offline.AddTracksAsync("evict", 6);
        await PostAsync(user, device, new { uris = Uris(ids[..4]) });
        offline.Clock.Advance(TimeSpan.FromDays(89));
        using var later = offline.SignIn("evict");
        await PostAsync(later, device, new { uris = Uris(ids[..4]) }, "/renewals");
        await sync.SyncAsync();
        Assert.Empty((await sync.GetAsync(sync.Cursor, "&free_bytes=0"))["evict"]!.AsArray());

        offline.Clock.Advance(TimeSpan.FromDays(1));
        using var last = offline.SignIn("evict");
        string[] lists =
        [
            await offline.AddPlaylistAsync("evict unfollowed", "evict", ids[4..5]),
            await offline.AddPlaylistAsync("evict followed", "evict", ids[5..]),
        ];
        await offline.Server.WriteAsync(
            SyncTests.Play("evict", "a", ids[1], offline.Clock.Now.AddDays(-80)),
            SyncTests.Play("evict", "b", ids[2], offline.Clock.Now.AddDays(-70)),
            SyncTests.Play("evict", "c", ids[3], offline.Clock.Now.AddDays(-91)),
            SyncTests.Play("evict", "d", ids[3], offline.Clock.Now.AddDays(-60)),
            Mutation.Insert(
                Schema.Current.Table("PlaylistFollowers"),
                ("UserId", "evict"), ("PlaylistId", lists[1][^22..]), ("Public", true), ("FollowedAt", offline.Clock.Now)));
        await PostAsync(last, device, new { uris = lists });

        string[] always = [$"{Uris(ids)[0]} unplayed", $"{lists[0]} unfollowed"];
        Assert.Equal(always, await AdviceAsync(1_000_000));
        // 200,064 bytes are to be fetched, of which the item that was not played makes room for 100,032.
        Assert.Equal(always, await AdviceAsync(100_032));
        Assert.Equal([.. always, $"{Uris(ids)[1]} least_recently_used"], await AdviceAsync(100_031));
        Assert.Equal([.. always, $"{Uris(ids)[1]} least_recently_used"], await AdviceAsync(0));
        Assert.Empty((await sync.GetAsync(sync.Cursor))["evict"]!.AsArray());

        async Task<IReadOnlyList<string>> AdviceAsync(long free) =>
        [
            .. (await sync.GetAsync(sync.Cursor, $"&free_bytes={free}"))["evict"]!.AsArray()
                .Select(one => $"{one!.At("uri")} {one!.At("reason")}"),
        ];
    }

    [Fact]
    public async Task Tracks_of_collections_that_stay_are_not_advised()
    {
        var (user, device) = await offline.RegisterAsync("kept");
        var ids = await offline.AddTracksAsync("kept", 4);
        var playlist = await offline.AddPlaylistAsync("kept", "kept", ids[..2]);
        await offline.Server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("PlaylistFollowers"),
            ("UserId", "kept"), ("PlaylistId", playlist[^22..]), ("Public", true), ("FollowedAt", offline.Clock.Now)));
        await PostAsync(user, device, new { uris = Uris(ids[1..3]).Append(playlist) });
        offline.Clock.Advance(TimeSpan.FromDays(91));
        Assert.Equal([Uris(ids)[2]], await AdviceAsync());

        using var later = offline.SignIn("kept");
        await RevokeAsync(later, device, Uris(ids)[2]);
        Assert.Empty(await AdviceAsync());
        await RevokeAsync(later, device, playlist);
        Assert.Equal([Uris(ids)[1]], await AdviceAsync());

        async Task<IEnumerable<string?>> AdviceAsync() =>
            (await new SyncModel(offline, "kept", device).GetAsync(null, "&free_bytes=0"))["evict"]!.AsArray()
                .Select(one => one!.At("uri"));
    }

    [Fact]
    public async Task Sizes_are_estimated_by_quality()
    {
        var (user, _) = await offline.RegisterAsync("estimates");
        var (_, _) = await offline.RegisterAsync("stranger");
        var ids = await offline.AddTracksAsync("estimates", 4);
        var (twice, secret, empty) = (
            await offline.AddPlaylistAsync("estimates twice", "stranger", [ids[0], ids[1], ids[0], SpotifyId.New()]),
            await offline.AddPlaylistAsync("estimates secret", "stranger", ids, isPublic: false),
            await offline.AddPlaylistAsync("estimates empty", "estimates", [], isPublic: false));
        var album = $"spotify:album:{SpotifyId.FromName("estimates")}";
        string[] missing = [$"spotify:album:{SpotifyId.New()}", $"spotify:episode:{ids[0]}", secret];
        var answer = await GetAsync(Uris(ids)[0], album, twice, empty, Uris(ids)[0], missing[0], missing[1], missing[2]);

        var estimates = answer["estimates"]!.AsArray();
        Assert.Equal([Uris(ids)[0], album, twice, empty], estimates.Select(one => one!.At("uri")));
        Assert.Equal([1, 4, 2, 0], estimates.Select(one => one!["tracks"]!.GetValue<int>()));
        Assert.Equal([200_000, 800_000, 400_000, 0], estimates.Select(one => one!["duration_ms"]!.GetValue<int>()));
        Assert.Equal(missing, answer["missing"]!.AsArray().Select(one => one!.GetValue<string>()));
        // 200 s with 160 kbit/s are 4 MB, and 61 chunks have a tag of 16 bytes each.
        Assert.Equal(4_000_000 + (61 * 16), Size(estimates[0]!, "high"), 16.0);
        Assert.Equal(["low", "normal", "high", "very_high", "lossless"], estimates[0]!["size_bytes"]!.AsObject().Select(one => one.Key));
        foreach (var quality in (string[])["low", "normal", "high", "very_high", "lossless"])
            Assert.Equal(4 * Size(estimates[0]!, quality), Size(estimates[1]!, quality), 4.0);
        Assert.Equal(0, Size(estimates[3]!, "high"));
        var aac = (await GetAsync($"{Uris(ids)[0]}&codec=aac"))["estimates"]![0]!;
        Assert.Equal(3_200_000, Size(aac, "high"), 1000.0);
        Assert.Equal(Size(estimates[0]!, "lossless"), Size(aac, "lossless"));

        string[] bad =
        [
            "", "x", $"spotify:artist:{ids[0]}", $"spotify:show:{ids[0]}", $"{Uris(ids)[0]}&codec=mp3",
            string.Join(',', Enumerable.Repeat(Uris(ids)[0], 51)),
        ];
        foreach (var uris in bad)
        {
            using var response = await user.GetAsync($"/v1/me/offline/estimates?uris={uris}");
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, uris);
        }

        async Task<JsonNode> GetAsync(params string[] uris) =>
            (await user.GetFromJsonAsync<JsonNode>($"/v1/me/offline/estimates?uris={string.Join(',', uris)}"))!;

        static double Size(JsonNode estimate, string quality) => estimate["size_bytes"]![quality]!.GetValue<double>();
    }

    [Fact]
    public async Task Long_playlists_are_estimated_by_their_first_items()
    {
        var (user, _) = await offline.RegisterAsync("long");
        var ids = await offline.AddTracksAsync("long", 100);
        var long_ = await offline.AddPlaylistAsync("long", "long", [.. Enumerable.Range(0, 9_990).Select(i => ids[i % 100])]);
        var other = await offline.AddPlaylistAsync("other long", "long", ids);
        var answer = (await user.GetFromJsonAsync<JsonNode>($"/v1/me/offline/estimates?uris={long_},{other}"))!;
        Assert.Equal(200, answer["estimates"]!.AsArray().Sum(one => one!["tracks"]!.GetValue<int>()));
    }
}
