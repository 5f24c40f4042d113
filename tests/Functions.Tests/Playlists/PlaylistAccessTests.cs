using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;
using static Spotify.Functions.Tests.Playlists.PlaylistClient;

namespace Spotify.Functions.Tests.Playlists;

/// <summary>Tests every playlist route with every kind of playlist and every role.</summary>
public sealed class PlaylistAccessTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    public enum Kind
    {
        Public,
        Private,
        Collaborative,
    }

    public enum Role
    {
        Owner,
        Follower,
        Stranger,
        App,
        Anonymous,
    }

    private enum Right
    {
        Read,
        ReadItems,
        Edit,
        Own,
        Follow,
        Unfollow,
        Ask,
    }

    // The right that each operation requires, and a valid body.
    private static readonly Dictionary<string, (Right Right, Func<HttpContent?> Body)> Operations = new()
    {
        ["get-playlist"] = (Right.Read, None),
        ["get-playlists-items"] = (Right.ReadItems, None),
        ["get-playlists-tracks"] = (Right.ReadItems, None),
        ["get-playlist-cover"] = (Right.Read, None),
        ["add-items-to-playlist"] = (Right.Edit, () => Json(new { uris = new[] { Duet.Uri() } })),
        ["add-tracks-to-playlist"] = (Right.Edit, () => Json(new { uris = new[] { Duet.Uri() } })),
        ["reorder-or-replace-playlists-items"] = (Right.Edit, () => Json(new { range_start = 0, insert_before = 0 })),
        ["reorder-or-replace-playlists-tracks"] = (Right.Edit, () => Json(new { range_start = 0, insert_before = 0 })),
        ["remove-items-playlist"] = (Right.Edit, () => Json(new { items = new[] { new { uri = Duet.Uri() } } })),
        ["remove-tracks-playlist"] = (Right.Edit, () => Json(new { tracks = new[] { new { uri = Duet.Uri() } } })),
        ["change-playlist-details"] = (Right.Own, () => Json(new { name = "Other" })),
        ["upload-custom-playlist-cover"] = (Right.Own, () => new StringContent(PlaylistCoverTests.Base64(PlaylistCoverTests.Jpeg(8, 8)))),
        ["follow-playlist"] = (Right.Follow, None),
        ["unfollow-playlist"] = (Right.Unfollow, None),
        ["check-if-user-follows-playlist"] = (Right.Ask, None),
    };

    private IEnumerable<RouteEndpoint> Routes => fixture.Server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>()
        .SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .Where(route => route.RoutePattern.RawText!.StartsWith("/v1/playlists/{playlist_id}", StringComparison.Ordinal));

    [Fact]
    public void Every_route_of_a_playlist_is_in_the_matrix() =>
        Assert.Equal(Operations.Keys.Order(), Routes.Select(Name).Distinct().Order());

    [Theory]
    [InlineData(Kind.Public)]
    [InlineData(Kind.Private)]
    [InlineData(Kind.Collaborative)]
    public async Task Every_role_gets_the_expected_status_from_every_route(Kind kind)
    {
        var wrong = new List<string>();
        foreach (var route in Routes)
        {
            foreach (var role in Enum.GetValues<Role>())
            {
                var id = await MakeAsync(kind);
                using var client = await ClientAsync(role);
                var method = route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single();
                var (right, body) = Operations[Name(route)];
                var path = route.RoutePattern.RawText!.Replace("{playlist_id}", id, StringComparison.Ordinal).TrimEnd('/');
                using var response = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Content = body() });
                var expected = Expected(kind, role, right);
                if ((expected == HttpStatusCode.OK ? !response.IsSuccessStatusCode : response.StatusCode != expected))
                    wrong.Add($"{role}: {method} {path} of a {kind} playlist: {(int)response.StatusCode}, not {(int)expected}");
                if (expected == HttpStatusCode.NotFound)
                    Assert.Equal("Resource not found", await response.ErrorAsync(HttpStatusCode.NotFound));
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Lists_and_creation_require_a_user()
    {
        using var app = await ClientAsync(Role.App);
        using var anonymous = await ClientAsync(Role.Anonymous);
        foreach (var path in new[] { "/v1/me/playlists", "/v1/users/ada/playlists" })
        {
            await anonymous.GetErrorAsync(path, HttpStatusCode.Unauthorized);
            await (await anonymous.PostAsync(path, Json(new { name = "x" }))).ErrorAsync(HttpStatusCode.Unauthorized);
            await (await app.PostAsync(path, Json(new { name = "x" }))).ErrorAsync(HttpStatusCode.Forbidden);
        }

        await app.GetErrorAsync("/v1/me/playlists", HttpStatusCode.Forbidden);
        await app.GetErrorAsync("/v1/users/ada/playlists", HttpStatusCode.Forbidden);
    }

    private static HttpStatusCode Expected(Kind kind, Role role, Right right)
    {
        if (role == Role.Anonymous) return HttpStatusCode.Unauthorized;
        var collaborates = role == Role.Owner || (kind == Kind.Collaborative && role == Role.Follower);
        var visible = kind == Kind.Public || collaborates;
        // The routes with other rights require a scope or a user.
        if (right != Right.Read && role == Role.App) return HttpStatusCode.Forbidden;
        return right switch
        {
            Right.Follow when kind == Kind.Collaborative => HttpStatusCode.OK,
            Right.Unfollow when role == Role.Follower => HttpStatusCode.OK,
            _ when !visible => HttpStatusCode.NotFound,
            Right.Edit when !collaborates => HttpStatusCode.Forbidden,
            Right.Own when role != Role.Owner => HttpStatusCode.Forbidden,
            _ => HttpStatusCode.OK,
        };
    }

    private static string Name(RouteEndpoint route) => route.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName;

    private static HttpContent? None() => null;

    /// <summary>Creates a playlist that Ada owns and Bob follows, with one item.</summary>
    private async Task<string> MakeAsync(Kind kind)
    {
        var id = await fixture.Ada.CreateAsync(
            new { name = "Mine", @public = kind != Kind.Collaborative, collaborative = kind == Kind.Collaborative });
        await fixture.Ada.AddAsync(id, Dawn);
        await (await fixture.Bob.PutAsync($"/v1/playlists/{id}/followers", null)).OkAsync();
        if (kind == Kind.Private) await (await fixture.Ada.PutAsync($"/v1/playlists/{id}", Json(new { @public = false }))).OkAsync();
        return id;
    }

    private async Task<HttpClient> ClientAsync(Role role)
    {
        switch (role)
        {
            case Role.Owner: return await fixture.Server.SignInAsync("ada");
            case Role.Follower: return await fixture.Server.SignInAsync("bob");
            case Role.Stranger: return await fixture.Server.SignInAsync("eve");
            case Role.Anonymous: return new HttpClient { BaseAddress = fixture.Server.Http.BaseAddress };
            default: return fixture.Server.SignInApp();
        }
    }
}
