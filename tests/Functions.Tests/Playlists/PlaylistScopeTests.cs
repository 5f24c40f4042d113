using System.Net;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;
using static Spotify.Functions.Tests.Playlists.PlaylistClient;

namespace Spotify.Functions.Tests.Playlists;

/// <summary>Tests of the scopes that depend on the visibility of a playlist.</summary>
public sealed class PlaylistScopeTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string ModifyPublic = "playlist-modify-public";
    private const string ModifyPrivate = "playlist-modify-private";
    private const string ReadPrivate = "playlist-read-private";
    private const string ReadCollaborative = "playlist-read-collaborative";

    private static readonly object Secret = new { name = "Secret", @public = false };
    private static readonly object Shared = new { name = "Shared", @public = false, collaborative = true };

    [Theory]
    [InlineData(true, ModifyPublic, ModifyPrivate)]
    [InlineData(false, ModifyPrivate, ModifyPublic)]
    public async Task Changes_require_the_scope_for_the_visibility(bool isPublic, string needed, string other)
    {
        var details = new { name = "Mine", @public = isPublic };
        using var granted = As($"{needed} ugc-image-upload");
        using var refused = As($"{other} ugc-image-upload");
        await AssertInsufficientAsync(needed, refused.PostAsync("/v1/me/playlists", Json(details)));
        await AssertInsufficientAsync(needed, refused.PostAsync("/v1/users/ada/playlists", Json(details)));
        var id = await granted.CreateAsync(details);
        var path = $"/v1/playlists/{id}";
        var cover = new StringContent(PlaylistCoverTests.Base64(PlaylistCoverTests.Jpeg(1, 1)));
        await AssertInsufficientAsync(needed, refused.PutAsync(path, Json(new { name = "Yours" })));
        await AssertInsufficientAsync(needed, refused.PutAsync($"{path}/images", cover));
        await OkAsync(granted.PutAsync(path, Json(new { name = "Ours" })));
        foreach (var list in (string[])["items", "tracks"])
        {
            var items = new { uris = new[] { Dawn.Uri() } };
            await AssertInsufficientAsync(needed, refused.PostAsync($"{path}/{list}", Json(items)));
            await AssertInsufficientAsync(needed, refused.PutAsync($"{path}/{list}", Json(items)));
            await AssertInsufficientAsync(needed, refused.SendAsync(new(HttpMethod.Delete, $"{path}/{list}")
            {
                Content = Json(new { tracks = new[] { new { uri = Dawn.Uri() } } }),
            }));
            await OkAsync(granted.PostAsync($"{path}/{list}", Json(items)));
        }

        Assert.Equal("2", (await fixture.Ada.GetJsonAsync(path)).At("tracks", "total"));
        Assert.Equal("Ours", (await fixture.Ada.GetJsonAsync(path)).At("name"));
    }

    [Fact]
    public async Task A_change_of_the_visibility_requires_the_scopes_for_both()
    {
        var id = await fixture.Ada.CreateAsync();
        using var onlyPublic = As(ModifyPublic);
        using var onlyPrivate = As(ModifyPrivate);
        using var both = As($"{ModifyPublic} {ModifyPrivate}");
        await AssertInsufficientAsync(ModifyPrivate, onlyPublic.PutAsync($"/v1/playlists/{id}", Json(new { @public = false })));
        await AssertInsufficientAsync(ModifyPublic, onlyPrivate.PutAsync($"/v1/playlists/{id}", Json(new { @public = false })));
        await OkAsync(both.PutAsync($"/v1/playlists/{id}", Json(new { @public = false })));
        await AssertInsufficientAsync(ModifyPublic, onlyPrivate.PutAsync($"/v1/playlists/{id}", Json(new { collaborative = true })));
        await AssertInsufficientAsync(ModifyPublic, onlyPrivate.PostAsync("/v1/me/playlists", Json(Shared)));
        await OkAsync(both.PutAsync($"/v1/playlists/{id}", Json(new { collaborative = true })));
        await OkAsync(onlyPrivate.PutAsync($"/v1/playlists/{id}", Json(new { name = "Renamed", collaborative = true })));
    }

    [Fact]
    public async Task Private_playlists_require_a_scope_to_read()
    {
        var (secret, shared) = (await fixture.Ada.CreateAsync(Secret), await fixture.Ada.CreateAsync(Shared));
        using var none = As("");
        using var collaborative = As(ReadCollaborative);
        using var all = As(ReadPrivate);
        foreach (var suffix in (string[])["", "/images", "/followers/contains"])
        {
            await AssertInsufficientAsync(ReadPrivate, none.GetAsync($"/v1/playlists/{secret}{suffix}"));
            await AssertInsufficientAsync(ReadPrivate, collaborative.GetAsync($"/v1/playlists/{secret}{suffix}"));
            await AssertInsufficientAsync(ReadCollaborative, none.GetAsync($"/v1/playlists/{shared}{suffix}"));
            await OkAsync(collaborative.GetAsync($"/v1/playlists/{shared}{suffix}"));
            await OkAsync(all.GetAsync($"/v1/playlists/{secret}{suffix}"));
            await OkAsync(all.GetAsync($"/v1/playlists/{shared}{suffix}"));
        }

        await OkAsync(all.GetAsync($"/v1/playlists/{shared}/items"));
        // A stranger does not learn that the playlist exists.
        using var eve = fixture.Server.WithScopes("eve", "");
        await eve.GetErrorAsync($"/v1/playlists/{secret}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Lists_have_private_and_collaborative_playlists_if_the_token_has_their_scopes()
    {
        var open = await fixture.Ada.CreateAsync(new { name = "Open" });
        var hidden = await fixture.Bob.CreateAsync(new { name = "Followed privately" });
        await OkAsync(fixture.Ada.PutAsync($"/v1/playlists/{hidden}/followers", Json(new { @public = false })));
        var (secret, shared) = (await fixture.Ada.CreateAsync(Secret), await fixture.Ada.CreateAsync(Shared));
        Assert.Equal([shared, secret, hidden, open], await ListAsync("/v1/me/playlists", $"{ReadPrivate} {ReadCollaborative}"));
        Assert.Equal([secret, hidden, open], await ListAsync("/v1/me/playlists", ReadPrivate));
        Assert.Equal([secret, hidden, open], await ListAsync("/v1/users/ada/playlists", ReadPrivate));
        Assert.Equal([shared, open], await ListAsync("/v1/users/ada/playlists", ReadCollaborative));

        async Task<IEnumerable<string>> ListAsync(string path, string scope)
        {
            using var client = As(scope);
            var page = await client.GetJsonAsync($"{path}?limit=50");
            string[] ids = [.. page["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>())];
            Assert.Equal(page["total"]!.GetValue<int>(), ids.Length);
            return ids.Where(id => id == open || id == hidden || id == secret || id == shared);
        }
    }

    [Fact]
    public async Task Following_requires_the_scope_for_how_the_profile_shows_it()
    {
        var id = await fixture.Bob.CreateAsync();
        var path = $"/v1/playlists/{id}/followers";
        using var onlyPublic = As(ModifyPublic);
        using var onlyPrivate = As(ModifyPrivate);
        await AssertInsufficientAsync(ModifyPrivate, onlyPublic.PutAsync(path, Json(new { @public = false })));
        await AssertInsufficientAsync(ModifyPublic, onlyPrivate.PutAsync(path, null));
        await OkAsync(onlyPublic.PutAsync(path, null));
        await AssertInsufficientAsync(ModifyPublic, onlyPrivate.DeleteAsync(path));
        using var reader = As("");
        Assert.Equal("true", (await reader.GetJsonAsync($"{path}/contains")).At(0));
        await OkAsync(onlyPublic.DeleteAsync(path));

        await OkAsync(onlyPrivate.PutAsync(path, Json(new { @public = false })));
        await AssertInsufficientAsync(ModifyPrivate, onlyPublic.DeleteAsync(path));
        Assert.Equal("false", (await reader.GetJsonAsync($"{path}/contains")).At(0));
        using var privateReader = As(ReadPrivate);
        Assert.Equal("true", (await privateReader.GetJsonAsync($"{path}/contains")).At(0));
        await OkAsync(onlyPrivate.DeleteAsync(path));
    }

    private HttpClient As(string scope) => fixture.Server.WithScopes("ada", scope);

    private static async Task OkAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        Assert.True(response.IsSuccessStatusCode, $"{response.RequestMessage!.RequestUri}: {await response.Content.ReadAsStringAsync()}");
    }

    private static async Task AssertInsufficientAsync(string scope, Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        Assert.Equal("Insufficient client scope", await response.ErrorAsync(HttpStatusCode.Forbidden));
        Assert.Contains(scope, response.Headers.WwwAuthenticate.ToString());
    }
}
