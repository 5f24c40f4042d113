using System.Net;
using Spotify.Fixtures;
using Spotify.Functions.Licenses;
using Spotify.Web.Identity.Issuing;

namespace Spotify.Functions.Tests.Licenses.Keys;

/// <summary>The published keys of licenses, and the responses that the CDN may cache: no others.</summary>
public sealed class LicenseKeyTests(OfflineServer fixture) : IClassFixture<OfflineServer>
{
    private const string Path = "/.well-known/license-keys.json";

    [Fact]
    public async Task The_keys_are_public_and_may_be_cached()
    {
        Assert.True(LicensesFunction.Definition.CachedByCdn);
        using var response = await fixture.Server.Http.GetAsync(Path);
        Assert.Equal((HttpStatusCode.OK, "application/json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.True(response.Headers.CacheControl is { Public: true, MaxAge: var age } && age == TokenKeyRotation.MaxAge);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Empty(response.Headers.Vary);
        Assert.DoesNotContain("\"d\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ServerTimeTests.Routes), MemberType = typeof(ServerTimeTests))]
    public async Task No_other_response_may_be_cached(string method, string path)
    {
        if (path == Path) return;
        using var ada = fixture.Server.WithScopes(
            "ada", "streaming user-read-playback-state user-modify-playback-state", fixture.Clock.Now);
        foreach (var client in new[] { ada, fixture.Server.Http })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var response = await client.SendAsync(request);
            Assert.False(response.Headers.CacheControl?.Public ?? false);
            Assert.Null(response.Headers.CacheControl?.MaxAge);
        }
    }
}
