using System.Net;
using Spotify.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;
using static Spotify.Functions.Tests.Playlists.PlaylistClient;

namespace Spotify.Functions.Tests.Playlists;

/// <summary>Tests of errors that were fixed.</summary>
public sealed class PlaylistRegressionTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly HttpClient ada = fixture.Ada;
    private readonly HttpClient bob = fixture.Bob;

    [Fact]
    public async Task Replacing_a_snapshot_keeps_items_added_since()
    {
        var id = await ada.CreateAsync();
        var snapshot = await ada.AddAsync(id, Dawn, Duet);
        await ada.AddAsync(id, Swedish);
        await (await ada.UpdateAsync(id, new { uris = new[] { Future.Uri() }, snapshot_id = snapshot })).JsonAsync();
        Assert.Equal("Tomorrow Midsommar", await ada.NamesAsync(id));
        await (await ada.UpdateAsync(id, new { uris = new[] { Dawn.Uri() } })).JsonAsync();
        Assert.Equal("Dawn", await ada.NamesAsync(id));
    }

    [Fact]
    public async Task Removing_by_uri_from_a_snapshot_keeps_items_added_since()
    {
        var id = await ada.CreateAsync();
        var snapshot = await ada.AddAsync(id, Dawn, Duet, Dawn);
        await ada.AddAsync(id, Dawn);
        await (await ada.RemoveAsync(id, new { items = new[] { new { uri = Dawn.Uri() } }, snapshot_id = snapshot })).JsonAsync();
        Assert.Equal("Duet Dawn", await ada.NamesAsync(id));
        await (await ada.RemoveAsync(id, new { items = new[] { new { uri = Dawn.Uri() } } })).JsonAsync();
        Assert.Equal("Duet", await ada.NamesAsync(id));
    }

    [Fact]
    public async Task Followers_do_not_become_collaborators_when_a_playlist_becomes_collaborative()
    {
        var id = await ada.CreateAsync(new { name = "Mine", @public = true });
        (await bob.PutAsync($"/v1/playlists/{id}/followers", null)).EnsureSuccessStatusCode();
        (await ada.PutAsync($"/v1/playlists/{id}", Json(new { @public = false, collaborative = true }))).EnsureSuccessStatusCode();
        await bob.GetErrorAsync($"/v1/playlists/{id}", HttpStatusCode.NotFound);
        await (await bob.UpdateAsync(id, new { uris = Array.Empty<string>() })).ErrorAsync(HttpStatusCode.NotFound);

        (await bob.PutAsync($"/v1/playlists/{id}/followers", null)).EnsureSuccessStatusCode();
        await bob.AddAsync(id, Dawn);
        Assert.Equal("1", (await ada.GetJsonAsync($"/v1/playlists/{id}")).At("followers", "total"));

        foreach (var collaborative in new[] { false, true })
            (await ada.PutAsync($"/v1/playlists/{id}", Json(new { collaborative }))).EnsureSuccessStatusCode();
        await bob.GetErrorAsync($"/v1/playlists/{id}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Saving_a_playlist_again_keeps_it_hidden_in_the_profile()
    {
        var id = await ada.CreateAsync(new { name = "Followed in private", @public = true });
        (await bob.PutAsync($"/v1/playlists/{id}/followers", Json(new { @public = false }))).EnsureSuccessStatusCode();
        (await bob.PutAsync($"/v1/me/library?uris=spotify:playlist:{id}", null)).EnsureSuccessStatusCode();
        Assert.DoesNotContain(
            (await ada.GetJsonAsync("/v1/users/bob/playlists"))["items"]!.AsArray(), playlist => playlist!.At("id") == id);
    }

    [Fact]
    public async Task Creating_a_playlist_does_not_set_the_country_from_the_market_parameter()
    {
        var newcomer = await fixture.Server.SignInAsync("market newcomer", "premium", "SE");
        await fixture.Server.WriteAsync(Mutation.Delete(User.Table, new Key("market newcomer")));
        (await newcomer.PostAsync("/v1/me/playlists?market=JP", Json(new { name = "Mine" }))).EnsureSuccessStatusCode();
        Assert.Equal(
            "SE", User.FromRow((await fixture.Server.Database.ReadAsync(User.Table, new Key("market newcomer"), null, default))!).Country);
    }

    [Fact]
    public async Task Users_may_have_a_slash_in_their_name()
    {
        var user = await fixture.Server.SignInAsync("a/b");
        var made = await (await user.PostAsync("/v1/users/a%2Fb/playlists", Json(new { name = "Mine" }))).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(made.At("id"), (await ada.GetJsonAsync("/v1/users/a%2Fb/playlists")).At("items", 0, "id"));
    }

    [Fact]
    public async Task A_stored_response_is_repeated_even_if_the_catalog_has_changed()
    {
        var id = await ada.CreateAsync();
        var gone = NewTrack(Sunrise, 9, "Soon gone", Beyonce);
        await fixture.Server.WriteAsync(CatalogWriter.Write(gone, Sunrise.Name));
        async Task<HttpResponseMessage> AddAsync()
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/playlists/{id}/items")
            {
                Content = Json(new { uris = new[] { gone.Uri() } }),
            };
            request.Headers.Add("Idempotency-Key", "once");
            return await ada.SendAsync(request);
        }

        var first = await (await AddAsync()).JsonAsync(HttpStatusCode.Created);
        await fixture.Server.WriteAsync(Mutation.Delete(Schema.Current.Table("Playables"), new Key(gone.Id)));
        Assert.Equal(first.At("snapshot_id"), (await (await AddAsync()).JsonAsync(HttpStatusCode.Created)).At("snapshot_id"));
    }
}
