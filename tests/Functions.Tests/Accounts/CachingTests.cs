using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Functions.Accounts;

namespace Spotify.Functions.Tests.Accounts;

/// <summary>
/// Tests of the responses that the CDN in front of the authorization server may cache: only those that are <c>public</c>.
/// </summary>
public sealed class CachingTests
{
    [Fact]
    public async Task Only_the_keys_and_the_metadata_may_be_cached_and_they_are_the_same_for_everybody()
    {
        Assert.True(AccountsFunction.Definition.CachedByCdn);
        await using var accounts = await AccountsServer.StartAsync();
        var pages = accounts.Server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>().Where(IsOfAccounts)
            .Select(endpoint => $"/{endpoint.RoutePattern.RawText!.Trim('/')}").Distinct().ToList();
        Assert.Contains("/authorize", pages);
        Assert.Contains("/login", pages);
        string[] cached = ["/.well-known/jwks.json", "/.well-known/oauth-authorization-server"];

        for (var round = 0; round < 2; round++)
        {
            foreach (var page in pages)
            {
                using var got = await accounts.Browser.GetAsync(page + "?q=1");
                using var form = new FormUrlEncodedContent([]);
                using var posted = await accounts.Browser.PostAsync(page, form);
                Assert.False(posted.Headers.CacheControl?.Public ?? false, page);
                Assert.Equal(cached.Contains(page), got.Headers.CacheControl?.Public ?? false);
            }

            foreach (var page in cached)
            {
                using var response = await accounts.Browser.GetAsync(page);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                Assert.False(response.Headers.Contains("Set-Cookie"));
                Assert.Empty(response.Headers.Vary);
                // Also for requests that come from no page, because the CDN gives pages the same response.
                Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
            }

            // The second round is that of a user.
            using var signedIn = await accounts.SignInAsync();
        }
    }

    private static bool IsOfAccounts(RouteEndpoint endpoint) =>
        new[] { "/authorize", "/login", "/logout", "/account", "/invitation", "/api/", "/.well-known/jwks", "/.well-known/oauth" }.Any(
            start => endpoint.RoutePattern.RawText!.StartsWith(start, StringComparison.Ordinal));
}
