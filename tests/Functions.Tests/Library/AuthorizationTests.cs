using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Fixtures;

namespace Spotify.Functions.Tests.Library;

/// <summary>Tests every library route of the host with every kind of caller.</summary>
public sealed class AuthorizationTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    // The only route about other users.
    private const string PublicRoute = "GET /v1/users/{user_id}";

    // Parameters that pass the validation of every route.
    private const string Query = "?type=artist&ids=0000000000000000000000&uris=spotify:track:0000000000000000000000";

    private static readonly string[] Kinds = ["library", "albums", "audiobooks", "episodes", "shows", "tracks", "following"];

    [Fact]
    public async Task Users_are_served()
    {
        foreach (var route in Routes())
        {
            using var response = await SendAsync(fixture.Ada, route);
            Assert.True(response.IsSuccessStatusCode, $"{route}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
    }

    [Fact]
    public async Task Apps_without_a_user_see_public_profiles_only()
    {
        var app = fixture.Server.SignInApp();
        foreach (var route in Routes())
        {
            using var response = await SendAsync(app, route);
            if (route == PublicRoute) Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            else await response.ErrorAsync(HttpStatusCode.Forbidden);
            using var bad = await SendAsync(app, route, "?limit=x&market=x");
            if (route != PublicRoute) await bad.ErrorAsync(HttpStatusCode.Forbidden);
        }
    }

    [Fact]
    public async Task Requests_without_a_token_are_rejected()
    {
        foreach (var route in Routes())
        {
            using var response = await SendAsync(fixture.Server.Http, route);
            Assert.Equal("No token provided", await response.ErrorAsync(HttpStatusCode.Unauthorized));
            Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString());
        }
    }

    [Fact]
    public void No_route_is_forgotten() => Assert.Equal(29, Routes().Count);

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string route, string query = Query)
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1].Replace("{user_id}", "ada", StringComparison.Ordinal));
        return client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path + query));
    }

    private List<string> Routes() =>
    [
        .. fixture.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(
                endpoint =>
                    (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Select(
                        method => $"{method} {endpoint.RoutePattern.RawText!.TrimEnd('/')}"))
            .Where(
                route =>
                    route is "GET /v1/me" or PublicRoute || Kinds.Any(kind => route.Contains($"/v1/me/{kind}", StringComparison.Ordinal))),
    ];
}
