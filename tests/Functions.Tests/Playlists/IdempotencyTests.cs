using System.Net;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using Spotify.Functions.Playlists;
using Spotify.Web;
using Spotify.Web.Idempotency;
using static Spotify.Fixtures.TestCatalog;
using static Spotify.Functions.Tests.Playlists.PlaylistClient;

namespace Spotify.Functions.Tests.Playlists;

public sealed class IdempotencyTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly HttpClient ada = fixture.Ada;

    [Fact]
    public async Task A_repeated_request_has_one_effect_and_the_same_response()
    {
        var carol = await fixture.Server.SignInAsync("carol");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            (await (await PostAsync(carol, "/v1/me/playlists", "key", new { name = "Mine" })).JsonAsync(HttpStatusCode.Created))
                .ToJsonString()));
        Assert.Single(answers.Distinct());
        Assert.Equal("1", (await carol.GetJsonAsync("/v1/me/playlists")).At("total"));

        var id = (await carol.GetJsonAsync("/v1/me/playlists")).At("items", 0, "id")!;
        var path = $"/v1/playlists/{id}/items";
        var first = await (await PostAsync(carol, path, "key", new { uris = new[] { Dawn.Uri() } })).JsonAsync(HttpStatusCode.Created);
        await carol.AddAsync(id, Duet);
        var again = await (await PostAsync(carol, path, "key", new { uris = new[] { Dawn.Uri() } })).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.Equal("Dawn Duet", await carol.NamesAsync(id));
    }

    [Fact]
    public async Task Another_query_or_body_with_the_same_key_is_rejected()
    {
        var id = await ada.CreateAsync();
        var path = $"/v1/playlists/{id}/items";
        await (await PostAsync(ada, path, "key", new { uris = new[] { Dawn.Uri() } })).JsonAsync(HttpStatusCode.Created);
        await (await PostAsync(ada, path, "key", new { uris = new[] { Duet.Uri() } })).ErrorAsync(HttpStatusCode.UnprocessableEntity);
        await (await PostAsync(ada, path + "?position=0", "key", new { uris = new[] { Dawn.Uri() } })).ErrorAsync(
            HttpStatusCode.UnprocessableEntity);
        Assert.Equal("Dawn", await ada.NamesAsync(id));
    }

    [Fact]
    public async Task Keys_apply_to_one_user_and_one_route()
    {
        var first = await (await PostAsync(ada, "/v1/me/playlists", "shared", new { name = "Mine" })).JsonAsync(HttpStatusCode.Created);
        var other = await (await PostAsync(fixture.Bob, "/v1/me/playlists", "shared", new { name = "Mine" })).JsonAsync(
            HttpStatusCode.Created);
        Assert.NotEqual(first.At("id"), other.At("id"));
        await (await PostAsync(ada, $"/v1/playlists/{first.At("id")}/items", "shared", new { uris = new[] { Dawn.Uri() } })).JsonAsync(
            HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_failed_request_can_be_repeated()
    {
        var id = await ada.CreateAsync();
        var body = new { uris = new[] { Dawn.Uri() }, position = 1 };
        await (await PostAsync(ada, $"/v1/playlists/{id}/items", "later", body)).ErrorAsync(HttpStatusCode.BadRequest);
        await ada.AddAsync(id, Duet);
        await (await PostAsync(ada, $"/v1/playlists/{id}/items", "later", body)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("Duet Dawn", await ada.NamesAsync(id));
    }

    [Fact]
    public async Task Bad_keys_are_rejected()
    {
        foreach (var key in new[] { new string('x', 256), "tab\tbed" })
            await (await PostAsync(ada, "/v1/me/playlists", key, new { name = "Mine" })).ErrorAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Responses_are_stored_for_a_day_and_then_deleted_by_the_database()
    {
        var clock = new ManualTimeProvider();
        var (database, id) = (fixture.Server.Database, await ada.CreateAsync());
        var editor = new PlaylistEditor(database, clock);
        var first = await AddAsync("a", "body");
        clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromTicks(10));
        Assert.Equal(first, await AddAsync("a", "body"));
        Assert.Equal(422, (await Assert.ThrowsAsync<ApiException>(() => AddAsync("a", "other"))).Status);
        clock.Advance(TimeSpan.FromTicks(10));
        Assert.NotEqual(first, await AddAsync("a", "other"));
        Assert.Equal("Dawn Dawn", await ada.NamesAsync(id));
        Assert.Equal(new RowDeletionPolicy("ExpiresAt", 0), Schema.Current.Table("IdempotencyKeys").Deletion);

        Task<string> AddAsync(string key, string body) => editor.AddAsync(
            id, PlaylistClient.Ada, [new SpotifyUri(EntityType.Track, Dawn.Id)], null, null, new IdempotencyKey(
                "ada", KeyId(key), SpotifyId.FromName(body)), default);
        static string KeyId(string key) => SpotifyId.FromName("expiry " + key);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string key, object body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(body) };
        Assert.True(request.Headers.TryAddWithoutValidation(IdempotencyKey.Header, key));
        return client.SendAsync(request);
    }
}
