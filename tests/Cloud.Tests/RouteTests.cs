using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Spotify.Hosting;

namespace Spotify.Cloud.Tests;

/// <summary>The URL map, evaluated for paths. The first rule that matches applies.</summary>
public sealed class RouteTests
{
    private const string Id = "0123456789abcdefghijAB";

    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Every_route_of_a_public_function_leads_to_it(string stack)
    {
        var map = await MapAsync(stack);

        foreach (var function in CloudFunction.All.Where(function => function.IsPublic))
        {
            Assert.NotEmpty(function.Routes);
            foreach (var template in function.Routes)
                Assert.Equal((template, function.Name), (template, ServiceOf(map, template.Replace("*", Id, StringComparison.Ordinal))));
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Private_functions_are_unreachable_and_public_functions_have_only_their_own_routes(string stack)
    {
        var map = await MapAsync(stack);
        var routes = CloudFunction.All.Where(function => function.IsPublic)
            .ToDictionary(function => function.Name, function => function.Routes.ToHashSet());

        foreach (var function in CloudFunction.All.Where(function => !function.IsPublic))
            Assert.All(function.Routes, template => Assert.Equal("web-player", ServiceOf(map, template)));
        // The catalog answers paths that no function maps.
        routes["catalog"].UnionWith(["/v1/**", "/healthz"]);
        foreach (var (template, service) in map.Where(rule => routes.ContainsKey(rule.Service)))
            Assert.Contains(template, routes[service]);
    }

    [Theory]
    [InlineData("/", "web-player")]
    [InlineData("/modules/main.js", "web-player")]
    [InlineData("/config.json", "web-player")]
    [InlineData("/search", "web-player")]
    [InlineData($"/album/{Id}", "web-player")]
    [InlineData($"/tracks/{Id}/0123/high.ogg", "audio")]
    [InlineData($"/episodes/{Id}/0123/high.ogg", "audio")]
    [InlineData($"/chapters/{Id}/0123/high.ogg", "audio")]
    [InlineData($"/v1/tracks/{Id}", "catalog")]
    [InlineData($"/v1/playback/tracks/{Id}", "playback")]
    [InlineData("/v1/me/playlists", "playlists")]
    [InlineData("/v1/me/player", "player")]
    [InlineData("/v1/me/player/recently-played", "listening")]
    [InlineData("/v1/me/albums", "library")]
    [InlineData("/v1/none/of/these", "catalog")]
    [InlineData("/healthz", "catalog")]
    [InlineData("/authorize", "accounts")]
    [InlineData("/api/token", "accounts")]
    [InlineData("/api/revoke", "accounts")]
    [InlineData("/.well-known/jwks.json", "accounts")]
    [InlineData("/.well-known/oauth-authorization-server", "accounts")]
    [InlineData("/login", "accounts")]
    [InlineData("/login/new", "accounts")]
    [InlineData("/login/forgotten", "accounts")]
    [InlineData("/logout", "accounts")]
    [InlineData("/account", "accounts")]
    [InlineData("/account/apps/secret", "accounts")]
    [InlineData("/account/invite", "web-player")]
    [InlineData("/invitation", "web-player")]
    public async Task A_path_leads_to(string path, string service) => Assert.Equal(service, ServiceOf(await MapAsync("prod"), path));

    [Fact]
    public async Task The_player_serves_all_its_pages_from_one_file()
    {
        var map = (await Deployed.To("prod")).Of("compute/uRLMap").Single(map => map.Name == "edge");

        var rewrites = map.Maps("pathMatchers.routeRules").Where(
            rule => rule.ContainsKey("routeAction") && ((string)rule["service"]).EndsWith("/web-player", StringComparison.Ordinal));

        Assert.NotEmpty(rewrites);
        Assert.All(
            map.Maps("pathMatchers.routeRules.routeAction.urlRewrite"),
            rewrite => Assert.Contains((string)rewrite.Values.Single(), new[] { "/index.html", HealthEndpoints.PublicPath }));
    }

    private static async Task<ImmutableArray<(string Template, string Service)>> MapAsync(string stack)
    {
        var map = (await Deployed.To(stack)).Of("compute/uRLMap").Single(map => map.Name == "edge");
        var rules =
            from rule in map.Maps("pathMatchers.routeRules")
            orderby (double)rule["priority"]
            from match in ((ImmutableArray<object>)rule["matchRules"]).Cast<ImmutableDictionary<string, object>>()
            select ((string)match.Values.Single(), LastSegment((string)rule["service"]));
        return [.. rules, ("/**", LastSegment(map.Text("pathMatchers.defaultService")!))];
    }

    private static string ServiceOf(IEnumerable<(string Template, string Service)> map, string path) =>
        map.First(rule => PatternOf(rule.Template).IsMatch(path)).Service;

    private static Regex PatternOf(string template) => new("^" + string.Join('/', template.Split('/').Select(segment => segment switch
    {
        "**" => ".*",
        "*" => "[^/]+",
        ['{', ..] => "[^/]+",
        _ => Regex.Escape(segment),
    })) + "$");

    private static string LastSegment(string link) => link[(link.LastIndexOf('/') + 1)..];
}
