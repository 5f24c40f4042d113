using System.Net;
using System.Text.Json.Nodes;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Fixtures;
using Spotify.Recommendations.Ranking;
using static Spotify.Fixtures.TestCatalog;
using static Spotify.Functions.Tests.Playlists.PlaylistClient;

namespace Spotify.Functions.Tests.Playlists;

public sealed class GeneratedPlaylistTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly DateTimeOffset GeneratedAt = new(2026, 11, 16, 0, 5, 0, TimeSpan.Zero);

    private readonly string id = SpotifyId.New();

    [Fact]
    public async Task Its_owner_can_read_it_like_any_other_playlist()
    {
        using var ada = await StartAsync();
        await WriteAsync((Dawn, new PickReason(PickKind.PlayedTogether, Track: Number(Duet.Id))));

        var playlist = await ada.GetJsonAsync($"/v1/playlists/{id}");
        Assert.Equal(("discover-weekly", "2026-11-16T00:05:00Z"), (playlist.At("surface"), playlist.At("generated_at")));
        Assert.Equal("Because you listened to Duet", playlist.At("items", "items", 0, "reason", "text"));
        var listed = (await ada.GetJsonAsync("/v1/me/playlists"))["items"]!.AsArray().Single(item => item!.At("id") == id)!;
        Assert.Equal("discover-weekly", listed.At("surface"));
        Assert.Equal("2026-11-16T00:05:00Z", listed.At("generated_at"));
    }

    [Fact]
    public async Task Items_have_the_reasons_for_which_they_were_picked()
    {
        using var ada = await StartAsync();
        var (track, artist) = (Number(Duet.Id), Number(Zebra.Id));
        (PickReason Reason, string Text)[] reasons =
        [
            (new(PickKind.PlayedTogether, Track: track), "Because you listened to Duet"),
            (new(PickKind.SimilarContent, Track: track), "Similar to Duet"),
            (new(PickKind.SimilarSound, Genre: "soul"), "Sounds like soul"),
            (new(PickKind.FamiliarArtist, Artist: artist), "Because you listen to Zebra"),
            (new(PickKind.FamiliarGenre, Genre: "soul"), "Because you listen to soul"),
            (new(PickKind.Popular, Market: "SE"), "Popular in Sweden"),
            (new(PickKind.Popular), "Popular at the moment"),
            (new(PickKind.Exploration, Artist: artist, Genre: "soul"), "Something different: Zebra"),
            (new(PickKind.NewTrack, Artist: artist), "New release by Zebra"),
            (new(PickKind.NewRelease), "New release"),
            (new(PickKind.Played), "You play it often"),
            (new(PickKind.LikedByBoth), "You both like it"),
            (new(PickKind.LikedByOne), "One of you likes it"),
            (new(PickKind.Fill), "Picked for you"),
            // The catalog no longer has the track.
            (new(PickKind.PlayedTogether, Track: 1), "Picked for you"),
        ];
        await WriteAsync([.. reasons.Select(one => (Dawn, one.Reason))]);

        var items = (await ada.GetJsonAsync($"/v1/playlists/{id}/tracks"))["items"]!.AsArray();
        Assert.Empty(Enum.GetValues<PickKind>().Except(reasons.Select(one => one.Reason.Kind)));
        Assert.Equal(reasons.Select(one => one.Text), items.Select(item => item!.At("reason", "text")));
        Assert.Equal(
            $$"""{"type":"played_together","uri":"{{Duet.Uri()}}","text":"Because you listened to Duet"}""",
            items[0]!["reason"]!.ToJsonString());
        Assert.Equal(
            $$"""{"type":"exploration","uri":"spotify:artist:{{Zebra.Id}}","genre":"soul","text":"Something different: Zebra"}""",
            items[7]!["reason"]!.ToJsonString());
        Assert.Equal("""{"type":"popular","market":"SE","text":"Popular in Sweden"}""", items[5]!["reason"]!.ToJsonString());
    }

    [Fact]
    public async Task Other_playlists_have_neither_surface_nor_reasons()
    {
        using var ada = await StartAsync();
        var own = await ada.CreateAsync();
        await ada.AddAsync(own, Dawn);
        var playlist = (await ada.GetJsonAsync($"/v1/playlists/{own}")).ToJsonString();
        Assert.DoesNotContain("\"surface\"", playlist, StringComparison.Ordinal);
        Assert.DoesNotContain("\"generated_at\"", playlist, StringComparison.Ordinal);
        Assert.DoesNotContain("\"reason\"", playlist, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_can_change_it()
    {
        using var ada = await StartAsync();
        using var bob = await fixture.Server.SignInAsync("bob");
        // Shared by two listeners, as a blend.
        await WriteAsync(isShared: true, (Dawn, new PickReason(PickKind.Fill)), (Duet, new PickReason(PickKind.Fill)));
        using (var followed = await bob.PutAsync($"/v1/playlists/{id}/followers", Json(new { @public = false })))
            Assert.Equal(HttpStatusCode.OK, followed.StatusCode);
        var before = await ada.GetJsonAsync($"/v1/playlists/{id}");

        foreach (var client in (HttpClient[])[ada, bob])
        {
            foreach (var list in (string[])["items", "tracks"])
            {
                var path = $"/v1/playlists/{id}/{list}";
                await ForbiddenAsync(client, HttpMethod.Post, path, Json(new { uris = new[] { Duet.Uri() } }));
                await ForbiddenAsync(client, HttpMethod.Put, path, Json(new { uris = Array.Empty<string>() }));
                await ForbiddenAsync(client, HttpMethod.Put, path, Json(new { range_start = 1, insert_before = 0 }));
                await ForbiddenAsync(
                    client, HttpMethod.Delete, path,
                    new JsonObject { [list] = new JsonArray(new JsonObject { ["uri"] = Dawn.Uri() }) }.ToJsonString());
            }
        }

        await ForbiddenAsync(ada, HttpMethod.Put, $"/v1/playlists/{id}", Json(new { name = "Mine" }));
        await ForbiddenAsync(ada, HttpMethod.Put, $"/v1/playlists/{id}", Json(new { @public = true }));
        await ForbiddenAsync(ada, HttpMethod.Put, $"/v1/playlists/{id}", Json(new { collaborative = true }));
        await ForbiddenAsync(
            ada, HttpMethod.Put, $"/v1/playlists/{id}/images", PlaylistCoverTests.Base64(PlaylistCoverTests.Jpeg(8, 8)));
        Assert.Equal(before.ToJsonString(), (await ada.GetJsonAsync($"/v1/playlists/{id}")).ToJsonString());
        Assert.Equal("Dawn Duet", await bob.NamesAsync(id));
    }

    [Fact]
    public async Task Its_owner_can_unfollow_and_follow_it()
    {
        using var ada = await StartAsync();
        await WriteAsync((Dawn, new PickReason(PickKind.Fill)));
        using (var unfollowed = await ada.DeleteAsync($"/v1/playlists/{id}/followers"))
            Assert.Equal(HttpStatusCode.OK, unfollowed.StatusCode);
        Assert.DoesNotContain(id, (await ada.GetJsonAsync("/v1/me/playlists")).ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("Dawn", await ada.NamesAsync(id));
        using (var followed = await ada.PutAsync($"/v1/playlists/{id}/followers", Json(new { @public = false })))
            Assert.Equal(HttpStatusCode.OK, followed.StatusCode);
        Assert.Contains(id, (await ada.GetJsonAsync("/v1/me/playlists")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_do_not_see_it()
    {
        using var ada = await StartAsync();
        using var bob = await fixture.Server.SignInAsync("bob");
        await WriteAsync((Dawn, new PickReason(PickKind.Fill)));
        foreach (var path in (string[])["", "/items", "/tracks", "/images"])
        {
            using var response = await bob.GetAsync($"/v1/playlists/{id}{path}");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        using var added = await bob.PostAsync($"/v1/playlists/{id}/items", Json(new { uris = new[] { Duet.Uri() } }));
        Assert.Equal(HttpStatusCode.NotFound, added.StatusCode);
    }

    private static UInt128 Number(string id) => SpotifyId.TryParse(id, out var number) ? number : throw new FormatException(id);

    private static Task ForbiddenAsync(HttpClient client, HttpMethod method, string path, string body) =>
        ForbiddenAsync(client, method, path, new StringContent(body));

    private static async Task ForbiddenAsync(HttpClient client, HttpMethod method, string path, HttpContent body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        using var response = await client.SendAsync(request);
        var error = (await response.JsonAsync(HttpStatusCode.Forbidden)).At("error", "message");
        Assert.Equal("This playlist is generated; copy its items to a playlist of your own to change them", error);
    }

    private async Task<HttpClient> StartAsync() => await fixture.Server.SignInAsync("ada");

    private Task WriteAsync(params (Playable Track, PickReason Reason)[] items) => WriteAsync(isShared: false, items);

    private async Task WriteAsync(bool isShared, params (Playable Track, PickReason Reason)[] items)
    {
        await fixture.Server.WriteAsync(
            Mutation.Insert(
                Schema.Current.Table("Playlists"),
                ("PlaylistId", id), ("OwnerId", "ada"), ("Name", "Discover Weekly"), ("Description", ""), ("Public", false),
                ("Collaborative", isShared), ("CollaborativeSince", isShared ? GeneratedAt : null), ("Version", 1L),
                ("Items", (long)items.Length), ("CreatedAt", GeneratedAt.AddDays(-7)), ("UpdatedAt", GeneratedAt),
                ("Surface", "discover-weekly")),
            Mutation.Insert(
                Schema.Current.Table("PlaylistFollowers"),
                ("UserId", "ada"), ("PlaylistId", id), ("Public", false), ("FollowedAt", GeneratedAt)));
        await fixture.Server.WriteAsync(items.Zip(OrderKeys.Between(null, null, items.Length)!, (item, key) => Mutation.Insert(
            Schema.Current.Table("PlaylistItems"),
            ("PlaylistId", id), ("OrderKey", key), ("Type", "track"), ("PlayableId", item.Track.Id), ("AddedAt", GeneratedAt),
            ("AddedBy", "ada"), ("Reason", PickReasonText.Format(item.Reason)))));
    }
}
