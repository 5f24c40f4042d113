using System.Net;
using System.Text.Json.Nodes;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Fixtures;
using Spotify.Functions.PlaylistGenerator;
using Spotify.Functions.Tests.PlaylistGenerator;
using Spotify.Functions.Tests.Playlists;
using Spotify.Web.PersonalData;
using static Spotify.Functions.Tests.PlaylistGenerator.GeneratorServer;

namespace Spotify.Functions.Tests.Recommendations;

public sealed class BlendTests(GeneratorServer server) : IClassFixture<GeneratorServer>
{
    private static readonly Table Blends = Schema.Current.Table("Blends");

    private int users;

    [Fact]
    public async Task Both_listeners_have_the_tracks_of_both()
    {
        var (ada, bob) = (await ListenerAsync(0, 12), await ListenerAsync(0, 16));
        using var outsider = await server.Server.SignInAsync("outsider");

        using var created = await ada.Client.PostAsync("/v1/me/blends", null);
        var invitation = await created.JsonAsync(HttpStatusCode.Created);
        Assert.Equal(43, invitation.At("token")!.Length);
        Assert.Equal(server.Clock.Now.AddDays(7), DateTimeOffset.Parse(invitation.At("expires_at")!));
        using var accepted = await bob.Client.PutAsync(invitation.At("href"), null);
        var playlist = await accepted.JsonAsync(HttpStatusCode.Created);

        Assert.Equal((bob.Id, "playlist", "false", "false"), (
            playlist.At("owner", "id"), playlist.At("type"), playlist.At("public"), playlist.At("collaborative")));
        Assert.InRange(int.Parse(playlist.At("match_percent")!), 50, 100);
        var tracks = Tracks(playlist);
        // Both know the first twelve, of which every fourth number is explicit, which nobody filters here.
        Assert.Equal(Played(0, 12).ToHashSet(), tracks.Take(12).ToHashSet());
        Assert.Equal(16, tracks.Count);

        var (ofAda, ofBob) = (await BlendAsync(ada), await BlendAsync(bob));
        Assert.Equal((bob.Id, "user", bob.Id), (ofAda.At("user", "id"), ofAda.At("user", "type"), ofAda.At("user", "display_name")));
        Assert.Equal(ada.Id, ofBob.At("user", "id"));
        Assert.Equal(playlist.At("match_percent"), ofAda.At("match_percent"));
        Assert.Equal(playlist.At("id"), ofBob.At("playlist", "id"));
        var other = await ada.Client.GetJsonAsync($"/v1/playlists/{ofAda.At("playlist", "id")}");
        Assert.Equal(tracks, Tracks(other));
        Assert.Contains((await ada.Client.GetJsonAsync("/v1/me/playlists"))["items"]!.AsArray(), one => one!.At("id") == other.At("id"));
        Assert.Contains((await bob.Client.GetJsonAsync("/v1/me/playlists"))["items"]!.AsArray(), one => one!.At("id") == playlist.At("id"));
        await outsider.GetErrorAsync($"/v1/playlists/{playlist.At("id")}", HttpStatusCode.NotFound);
        await ada.Client.GetErrorAsync($"/v1/playlists/{playlist.At("id")}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_invitation_is_used_by_one_listener_who_may_repeat_the_request()
    {
        var (ada, bob, eve) = (await ListenerAsync(0, 8), await ListenerAsync(1, 8), await ListenerAsync(2, 8));
        var token = await InviteAsync(ada);

        Assert.Equal("This is your own invitation: send it to the other listener",
            await ErrorAsync(ada.Client.PutAsync($"/v1/me/blends/{token}", null), HttpStatusCode.BadRequest));
        var first = await AcceptAsync(bob, token, HttpStatusCode.Created);
        var again = await AcceptAsync(bob, token, HttpStatusCode.OK);
        Assert.Equal(first.At("id"), again.At("id"));
        await ErrorAsync(eve.Client.PutAsync($"/v1/me/blends/{token}", null), HttpStatusCode.NotFound);

        // They have a blend already, in either direction.
        var third = await AcceptAsync(ada, await InviteAsync(bob), HttpStatusCode.OK);
        Assert.Equal((await BlendAsync(ada)).At("playlist", "id"), third.At("id"));
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%F0%9F%8E%B5")]
    public async Task Unknown_tokens_are_not_found(string token)
    {
        var bob = await ListenerAsync(0, 1);
        await ErrorAsync(bob.Client.PutAsync($"/v1/me/blends/{token}", null), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Invitations_expire_after_a_week_and_the_oldest_of_eleven_is_withdrawn()
    {
        var (ada, bob) = (await ListenerAsync(0, 8), await ListenerAsync(0, 8));
        var tokens = new List<string>();
        for (var i = 0; i < 11; i++)
        {
            tokens.Add(await InviteAsync(ada));
            server.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        await ErrorAsync(bob.Client.PutAsync($"/v1/me/blends/{tokens[0]}", null), HttpStatusCode.NotFound);
        await AdvanceAsync(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(2), ada, bob);
        await ErrorAsync(bob.Client.PutAsync($"/v1/me/blends/{tokens[8]}", null), HttpStatusCode.NotFound);
        await AcceptAsync(bob, tokens[10], HttpStatusCode.Created);
        var stored = await RowsAsync("BlendInvitations", ada.Id);
        Assert.All(stored, row => Assert.DoesNotContain(row.String("TokenHash"), tokens));
    }

    [Fact]
    public async Task Either_listener_ends_a_blend_for_both()
    {
        var (ada, bob) = (await ListenerAsync(0, 8), await ListenerAsync(0, 8));
        var token = await InviteAsync(ada);
        var playlist = await AcceptAsync(bob, token, HttpStatusCode.Created);
        var other = (await BlendAsync(ada)).At("playlist", "id");

        var ended = await Task.WhenAll(
            ada.Client.DeleteAsync($"/v1/me/blends/{bob.Id}"), bob.Client.DeleteAsync($"/v1/me/blends/{ada.Id}"));
        Assert.All(ended, response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));

        await bob.Client.GetErrorAsync($"/v1/playlists/{playlist.At("id")}", HttpStatusCode.NotFound);
        await ada.Client.GetErrorAsync($"/v1/playlists/{other}", HttpStatusCode.NotFound);
        foreach (var listener in new[] { ada, bob })
        {
            Assert.Equal("0", (await listener.Client.GetJsonAsync("/v1/me/blends")).At("total"));
            foreach (var table in (string[])["Blends", "GeneratedPlaylists", "PlaylistFollowers"])
                Assert.Empty(await RowsAsync(table, listener.Id));
        }

        // The used invitation does not begin it again.
        await ErrorAsync(bob.Client.PutAsync($"/v1/me/blends/{token}", null), HttpStatusCode.NotFound);
        using var repeated = await ada.Client.DeleteAsync($"/v1/me/blends/{bob.Id}");
        Assert.Equal(HttpStatusCode.OK, repeated.StatusCode);
        await ErrorAsync(ada.Client.DeleteAsync($"/v1/me/blends/{new string('x', 129)}"), HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Of_two_who_accept_at_the_same_time_one_has_the_blend()
    {
        var (ada, bob, eve) = (await ListenerAsync(0, 8), await ListenerAsync(0, 8), await ListenerAsync(0, 8));
        var token = await InviteAsync(ada);

        var responses = await Task.WhenAll(
            bob.Client.PutAsync($"/v1/me/blends/{token}", null), eve.Client.PutAsync($"/v1/me/blends/{token}", null));

        Assert.Equal(
            [HttpStatusCode.Created, HttpStatusCode.NotFound], responses.Select(response => response.StatusCode).Order());
        Assert.Equal("1", (await ada.Client.GetJsonAsync("/v1/me/blends")).At("total"));
    }

    [Fact]
    public async Task A_blend_that_ends_while_it_is_generated_leaves_no_playlist()
    {
        var (ada, bob) = (await ListenerAsync(0, 8), await ListenerAsync(0, 8));
        var token = await InviteAsync(ada);
        var transactions = 0;
        server.Database.BeforeTransaction = async () =>
        {
            // After the acceptance and the first of the two playlists.
            if (++transactions != 3) return;
            using var ended = await ada.Client.DeleteAsync($"/v1/me/blends/{bob.Id}");
            Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        };
        await ErrorAsync(bob.Client.PutAsync($"/v1/me/blends/{token}", null), HttpStatusCode.NotFound);
        server.Database.BeforeTransaction = null;

        Assert.Empty(await RowsAsync("GeneratedPlaylists", ada.Id));
        Assert.Empty(await RowsAsync("GeneratedPlaylists", bob.Id));
        Assert.Empty(await RowsAsync("Playlists", bob.Id, "OwnerId"));
    }

    [Fact]
    public async Task A_listener_has_at_most_twenty_blends()
    {
        var (ada, bob) = (await ListenerAsync(0, 8), await ListenerAsync(0, 8));
        await server.Server.WriteAsync(Enumerable.Range(0, 20).Select(i => Mutation.Insert(
            Blends,
            ("UserId", ada.Id), ("OtherUserId", $"friend {i}"), ("Surface", $"blend:{i}"), ("Period", ""), ("MatchPercent", 0L),
            ("CreatedAt", server.Clock.Now))));

        Assert.Equal("The other listener has 20 blends",
            await ErrorAsync(bob.Client.PutAsync($"/v1/me/blends/{await InviteAsync(ada)}", null), HttpStatusCode.Forbidden));
        Assert.Equal("You have 20 blends: end one first",
            await ErrorAsync(ada.Client.PutAsync($"/v1/me/blends/{await InviteAsync(bob)}", null), HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task A_visit_of_either_generates_both_playlists_once_a_day()
    {
        var (ada, bob) = (await ListenerAsync(0, 8), await ListenerAsync(1, 8));
        await AcceptAsync(bob, await InviteAsync(ada), HttpStatusCode.Created);
        var before = (await BlendAsync(ada)).At("playlist", "snapshot_id");
        await server.PlayAsync(bob.Id, Played(0, 8));

        await VisitAsync(ada);
        Assert.Equal(before, (await BlendAsync(ada)).At("playlist", "snapshot_id"));

        await AdvanceAsync(TimeSpan.FromDays(1), ada, bob);
        await VisitAsync(bob);
        var blend = await BlendAsync(ada);
        Assert.NotEqual(before, blend.At("playlist", "snapshot_id"));
        var tracks = Tracks(await ada.Client.GetJsonAsync($"/v1/playlists/{blend.At("playlist", "id")}"));
        Assert.Equal(Played(0, 8).ToHashSet(), tracks.Take(8).ToHashSet());
        await VisitAsync(ada);
        Assert.Equal(blend.At("playlist", "snapshot_id"), (await BlendAsync(ada)).At("playlist", "snapshot_id"));
    }

    [Fact]
    public async Task Listeners_without_taste_have_an_empty_playlist_until_they_play_something()
    {
        var (ada, bob) = (await ListenerAsync(0, 0), await ListenerAsync(0, 0));

        var playlist = await AcceptAsync(bob, await InviteAsync(ada), HttpStatusCode.Created);

        Assert.Equal(("0", "0"), (playlist.At("tracks", "total"), playlist.At("match_percent")));
        await server.PlayAsync(ada.Id, Played(0, 8));
        await AdvanceAsync(TimeSpan.FromDays(1), bob);
        await VisitAsync(bob);
        Assert.Equal("8", (await bob.Client.GetJsonAsync($"/v1/playlists/{playlist.At("id")}")).At("tracks", "total"));
    }

    [Fact]
    public async Task Tracks_that_one_of_them_may_not_play_or_has_hidden_are_left_out()
    {
        var ada = await ListenerAsync(0, 32);
        var bob = await ListenerAsync(0, 8, "US");
        await server.Server.WriteAsync(Mutation.Insert(
            Schema.Current.Table("NotInterested"),
            ("UserId", bob.Id), ("Uri", $"spotify:artist:{Artist(0, 1)}"), ("AddedAt", server.Clock.Now)));

        var tracks = Tracks(await AcceptAsync(bob, await InviteAsync(ada), HttpStatusCode.Created));

        Assert.NotEmpty(tracks);
        Assert.All(tracks, track => Assert.True(IsInUnitedStates(track)));
        Assert.DoesNotContain(tracks, track => ArtistOf(track) == Artist(0, 1));
    }

    private async Task<Visitor> ListenerAsync(int genre, int count, string country = "SE")
    {
        var id = $"listener {Guid.NewGuid():N} {users++}";
        await server.AddUserAsync(id, country);
        await server.PlayAsync(id, Played(genre, count));
        return new Visitor(id, country, await server.Server.SignInAsync(id, country: country));
    }

    // Access tokens expire after an hour.
    private async Task AdvanceAsync(TimeSpan time, params Visitor[] listeners)
    {
        server.Clock.Advance(time);
        foreach (var listener in listeners)
            listener.Client = await server.Server.SignInAsync(listener.Id, country: listener.Country);
    }

    private static IEnumerable<string> Played(int genre, int count) =>
        Enumerable.Range(0, count).Select(i => Track(genre, i % Artists, i / Artists));

    private static async Task<string> InviteAsync(Visitor listener)
    {
        using var response = await listener.Client.PostAsync("/v1/me/blends", null);
        return (await response.JsonAsync(HttpStatusCode.Created)).At("token")!;
    }

    private static async Task<JsonNode> AcceptAsync(Visitor listener, string token, HttpStatusCode status)
    {
        using var response = await listener.Client.PutAsync($"/v1/me/blends/{token}", null);
        return await response.JsonAsync(status);
    }

    private static async Task<JsonNode> BlendAsync(Visitor listener) =>
        Assert.Single((await listener.Client.GetJsonAsync("/v1/me/blends"))["items"]!.AsArray())!;

    private static List<string> Tracks(JsonNode playlist) =>
        [.. playlist["tracks"]!["items"]!.AsArray().Select(item => item!.At("track", "id")!)];

    private static async Task<string> ErrorAsync(Task<HttpResponseMessage> request, HttpStatusCode status)
    {
        using var response = await request;
        return await response.ErrorAsync(status);
    }

    private async Task<List<Row>> RowsAsync(string table, string userId, string column = "UserId") =>
        await new PersonalRows(table, column).ReadAsync(server.Database, userId, default).ToListAsync();

    private async Task VisitAsync(Visitor listener)
    {
        using var response = await server.SendAsync(new GenerationTask([listener.Id]));
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    private sealed class Visitor(string id, string country, HttpClient client)
    {
        public string Id => id;

        public string Country => country;

        public HttpClient Client { get; set; } = client;
    }
}
