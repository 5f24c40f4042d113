using System.Net;
using Spotify.Domain.Data;
using Spotify.Domain.Users;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Library;

/// <summary>Tests of scopes that determine the members of the profile, or depend on the types of items.</summary>
public sealed class LibraryScopeTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Theory]
    [InlineData("user-read-email", "email")]
    [InlineData("user-read-private", "country explicit_content product")]
    [InlineData("user-read-private user-read-email", "country email explicit_content product")]
    public async Task The_profile_has_the_members_that_the_scopes_include(string scope, string expected)
    {
        await fixture.Server.WriteAsync(Mutation.Update(User.Table, ("UserId", "ada"), ("Email", "ada@example.com")));
        using var ada = fixture.Server.WithScopes("ada", scope);
        var members = (await ada.GetJsonAsync("/v1/me")).AsObject().Select(member => member.Key);
        Assert.Equal(expected.Split(' '), members.Intersect(["country", "email", "explicit_content", "product"]).Order());
        Assert.Equal("ada", (await ada.GetJsonAsync("/v1/me")).At("id"));
    }

    [Theory]
    [InlineData("user-library-modify", "user-library-read", "track album show episode audiobook")]
    [InlineData("user-follow-modify", "user-follow-read", "artist user")]
    [InlineData("playlist-modify-public", "playlist-read-private", "playlist")]
    public async Task The_types_of_the_uris_determine_the_scopes(string modify, string read, string types)
    {
        var uris = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["track"] = Dawn.Id,
            ["album"] = Sunrise.Id,
            ["show"] = Radio.Id,
            ["episode"] = Pilot.Id,
            ["audiobook"] = Book.Id,
            ["artist"] = "0000000000000000000000",
            ["user"] = "bob",
            ["playlist"] = "0000000000000000000000",
        };
        using var granted = fixture.Server.WithScopes("ada", $"{modify} {read}");
        foreach (var (type, id) in uris)
        {
            var isGranted = types.Split(' ').Contains(type);
            var query = $"uris=spotify:{type}:{id}";
            await SendAsync(HttpMethod.Put, $"/v1/me/library?{query}", isGranted);
            await SendAsync(HttpMethod.Get, $"/v1/me/library/contains?{query}", isGranted);
            await SendAsync(HttpMethod.Delete, $"/v1/me/library?{query}", isGranted);
        }

        var all = string.Join(',', uris.Select(uri => $"spotify:{uri.Key}:{uri.Value}"));
        await SendAsync(HttpMethod.Put, $"/v1/me/library?uris={all}", false);

        async Task SendAsync(HttpMethod method, string path, bool isGranted)
        {
            using var response = await granted.SendAsync(new HttpRequestMessage(method, path));
            if (isGranted) Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {await response.Content.ReadAsStringAsync()}");
            else Assert.Equal("Insufficient client scope", await response.ErrorAsync(HttpStatusCode.Forbidden));
        }
    }
}
