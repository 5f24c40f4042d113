using System.Net;
using System.Net.Http.Json;
using Spotify.Events;
using Spotify.Fixtures;
using Spotify.Functions.Tests.PlaybackRecorder;
using Spotify.Functions.Tests.Playlists;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Library;

/// <summary>Tests that changes of libraries and playlists are published, none is lost, and repeated ones have the same ids.</summary>
public sealed class LibraryChangeTests(RecorderFixture fixture) : IClassFixture<RecorderFixture>
{
    private static readonly string Items = $"spotify:track:{Dawn.Id},spotify:artist:{Beyonce.Id},spotify:user:someone";

    public static TheoryData<string, string> Saves => new()
    {
        { $"/v1/me/tracks?ids={Dawn.Id},{Duet.Id},{Dawn.Id},0000000000000000000000", $"spotify:track:{Dawn.Id} spotify:track:{Duet.Id}" },
        { $"/v1/me/albums?ids={Sunrise.Id}", $"spotify:album:{Sunrise.Id}" },
        { $"/v1/me/following?type=artist&ids={Zebra.Id}", $"spotify:artist:{Zebra.Id}" },
        { $"/v1/me/library?uris={Items}", $"spotify:artist:{Beyonce.Id} spotify:track:{Dawn.Id}" },
    };

    [Theory]
    [MemberData(nameof(Saves))]
    public async Task Saves_and_removals_are_one_message_each_with_the_same_ids_when_repeated(string path, string uris)
    {
        var user = $"saver-{path.Length}";
        using var client = await fixture.Server.SignInAsync(user);
        for (var i = 0; i < 2; i++) await SendAsync(client, HttpMethod.Put, path);
        var (saved, again) = (fixture.Bus.ChangesOf(user)[0], fixture.Bus.ChangesOf(user)[1]);
        Assert.Equal(saved, again);
        Assert.All(saved, change => Assert.Equal(LibraryChangeKind.Saved, change.Kind));
        Assert.Equal(uris, string.Join(' ', saved.Select(change => change.Uri).Order(StringComparer.Ordinal)));

        // The second removal finds nothing.
        for (var i = 0; i < 2; i++) await SendAsync(client, HttpMethod.Delete, path);
        var removed = fixture.Bus.ChangesOf(user)[2];
        Assert.All(removed, change => Assert.Equal(LibraryChangeKind.Removed, change.Kind));
        Assert.Equal(uris, string.Join(' ', removed.Select(change => change.Uri).Order(StringComparer.Ordinal)));
        Assert.Equal(3, fixture.Bus.ChangesOf(user).Count);

        // Saved another time, which is another change.
        await SendAsync(client, HttpMethod.Put, path);
        var ids = fixture.Bus.ChangesOf(user).SelectMany(changes => changes).Select(change => change.Id).ToList();
        Assert.Equal(ids.Count - saved.Count, ids.Distinct().Count());
    }

    [Fact]
    public async Task A_save_whose_change_cannot_be_published_is_503_and_published_when_repeated()
    {
        using var client = await fixture.Server.SignInAsync("ingrid");
        fixture.Bus.FailNext();
        await SendAsync(client, HttpMethod.Put, $"/v1/me/tracks?ids={Dawn.Id}", HttpStatusCode.ServiceUnavailable);
        Assert.Empty(fixture.Bus.ChangesOf("ingrid"));

        await SendAsync(client, HttpMethod.Put, $"/v1/me/tracks?ids={Dawn.Id}");
        Assert.Equal($"spotify:track:{Dawn.Id}", Assert.Single(Assert.Single(fixture.Bus.ChangesOf("ingrid"))).Uri);
    }

    [Fact]
    public async Task A_removal_whose_change_cannot_be_published_is_503_and_removes_nothing()
    {
        using var client = await fixture.Server.SignInAsync("johan");
        await SendAsync(client, HttpMethod.Put, $"/v1/me/tracks?ids={Dawn.Id}");
        fixture.Bus.FailNext();
        await SendAsync(client, HttpMethod.Delete, $"/v1/me/tracks?ids={Dawn.Id}", HttpStatusCode.ServiceUnavailable);
        Assert.Equal("1", (await client.GetJsonAsync("/v1/me/tracks")).At("total"));

        await SendAsync(client, HttpMethod.Delete, $"/v1/me/tracks?ids={Dawn.Id}");
        Assert.Equal(2, fixture.Bus.ChangesOf("johan").Count);
    }

    [Fact]
    public async Task Playlists_that_are_followed_and_unfollowed_are_published()
    {
        using var owner = await fixture.Server.SignInAsync("owner");
        var playlist = await owner.CreateAsync();
        using var client = await fixture.Server.SignInAsync("karin");
        foreach (var path in (string[])[$"/v1/playlists/{playlist}/followers", $"/v1/me/library?uris=spotify:playlist:{playlist}"])
        {
            var before = fixture.Bus.ChangesOf("karin").Count;
            for (var i = 0; i < 2; i++) await SendAsync(client, HttpMethod.Put, path);
            for (var i = 0; i < 2; i++) await SendAsync(client, HttpMethod.Delete, path);
            var messages = fixture.Bus.ChangesOf("karin").Skip(before).ToList();
            Assert.Equal(
                [LibraryChangeKind.Saved, LibraryChangeKind.Saved, LibraryChangeKind.Removed],
                messages.Select(changes => Assert.Single(changes).Kind));
            Assert.Equal(messages[0], messages[1]);
            Assert.All(messages, changes => Assert.Equal($"spotify:playlist:{playlist}", changes[0].Uri));
        }
    }

    [Fact]
    public async Task A_private_playlist_that_the_token_may_not_unfollow_is_not_published()
    {
        using var owner = await fixture.Server.SignInAsync("secretive");
        var playlist = await owner.CreateAsync();
        using var client = await fixture.Server.SignInAsync("lena");
        using var followed = await client.PutAsJsonAsync($"/v1/playlists/{playlist}/followers", new { @public = false });
        Assert.Equal(HttpStatusCode.OK, followed.StatusCode);

        using var narrow = fixture.Server.WithScopes("lena", "playlist-modify-public");
        await SendAsync(narrow, HttpMethod.Delete, $"/v1/playlists/{playlist}/followers", HttpStatusCode.Forbidden);
        Assert.Single(fixture.Bus.ChangesOf("lena"));
    }

    [Fact]
    public async Task Items_added_to_a_playlist_are_one_message_with_the_same_ids_when_repeated_with_the_same_key()
    {
        using var client = await fixture.Server.SignInAsync("mats");
        var playlist = await client.CreateAsync();
        fixture.Bus.FailNext();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AddAsync("key"));
        Assert.Empty(fixture.Bus.ChangesOf("mats"));

        Assert.Equal(HttpStatusCode.Created, await AddAsync("key"));
        Assert.Equal(HttpStatusCode.Created, await AddAsync("key"));
        Assert.Equal(HttpStatusCode.Created, await AddAsync("other"));
        Assert.Equal("4", (await client.GetJsonAsync($"/v1/playlists/{playlist}/items")).At("total"));
        var messages = fixture.Bus.ChangesOf("mats");
        Assert.Equal(3, messages.Count);
        Assert.Equal(messages[0].Select(change => change.Id), messages[1].Select(change => change.Id));
        Assert.Empty(messages[0].Select(change => change.Id).Intersect(messages[2].Select(change => change.Id)));
        Assert.All(messages.SelectMany(changes => changes), change => Assert.Equal(
            (LibraryChangeKind.AddedToPlaylist, $"spotify:playlist:{playlist}"), (change.Kind, change.PlaylistUri)));

        async Task<HttpStatusCode> AddAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/playlists/{playlist}/items")
            {
                Content = PlaylistClient.Json(new { uris = (string[])[Dawn.Uri(), Pilot.Uri()] }),
            };
            request.Headers.Add("Idempotency-Key", key);
            using var response = await client.SendAsync(request);
            return response.StatusCode;
        }
    }

    private static async Task SendAsync(HttpClient client, HttpMethod method, string path, HttpStatusCode? expected = null)
    {
        using var response = await client.SendAsync(new HttpRequestMessage(method, path) { Content = PlaylistClient.Json(new { }) });
        if (expected is null) Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}");
        else Assert.Equal(expected, response.StatusCode);
    }
}
