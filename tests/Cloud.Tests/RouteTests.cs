using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Spotify.Hosting;

namespace Spotify.Cloud.Tests;

/// <summary>The URL map, tried with paths: the first rule that matches counts.</summary>
public sealed class RouteTests
{
    public static TheoryData<string> Everywhere => Deployed.Everywhere;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Every_route_of_a_function_leads_to_it(string stack)
    {
        var map = await MapAsync(stack);

        foreach (var row in FunctionTable.All.Where(row => row.IsPublic))
        {
            Assert.NotEmpty(row.Routes);
            foreach (var template in row.Routes) Assert.Equal((template, row.Name), (template, Find(map, template.Replace("*", "0123456789abcdefghijAB", StringComparison.Ordinal))));
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task No_route_of_a_private_function_is_reachable_and_no_function_has_more_than_its_routes(string stack)
    {
        var map = await MapAsync(stack);
        var services = FunctionTable.All.Where(row => row.IsPublic).ToDictionary(row => row.Name, row => row.Routes.ToHashSet());

        foreach (var row in FunctionTable.All.Where(row => !row.IsPublic))
            foreach (var template in row.Routes) Assert.Equal("player", Find(map, template));
        // What no function maps is the catalog's to refuse.
        services["catalog"].UnionWith(["/v1/**", "/healthz"]);
        foreach (var (template, service) in map.Where(rule => services.ContainsKey(rule.Service))) Assert.Contains(template, services[service]);
    }

    [Theory]
    [InlineData("/", "player")]
    [InlineData("/modules/main.js", "player")]
    [InlineData("/config.json", "player")]
    [InlineData("/search", "player")]
    [InlineData("/album/0123456789abcdefghijAB", "player")]
    [InlineData("/tracks/0123456789abcdefghijAB/0123/high.ogg", "audio")]
    [InlineData("/episodes/0123456789abcdefghijAB/0123/high.ogg", "audio")]
    [InlineData("/chapters/0123456789abcdefghijAB/0123/high.ogg", "audio")]
    [InlineData("/v1/tracks/0123456789abcdefghijAB", "catalog")]
    [InlineData("/v1/playback/tracks/0123456789abcdefghijAB", "playback")]
    [InlineData("/v1/me/playlists", "playlists")]
    [InlineData("/v1/me/albums", "library")]
    [InlineData("/v1/none/of/these", "catalog")]
    [InlineData("/healthz", "catalog")]
    public async Task A_path_leads_to(string path, string service) => Assert.Equal(service, Find(await MapAsync("prod"), path));

    [Fact]
    public async Task Pages_of_the_player_are_its_one_page()
    {
        var map = (await Deployed.To("prod")).Of("compute/uRLMap").Single(map => map.Name == "edge");

        var rewrites = map.Maps("pathMatchers.routeRules").Where(rule => rule.ContainsKey("routeAction") && ((string)rule["service"]).EndsWith("/player", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(rewrites);
        Assert.All(map.Maps("pathMatchers.routeRules.routeAction.urlRewrite"), rewrite => Assert.Contains((string)rewrite.Values.Single(), new[] { "/index.html", HealthEndpoints.PublicPath }));
    }

    private static async Task<ImmutableArray<(string Template, string Service)>> MapAsync(string stack)
    {
        var map = (await Deployed.To(stack)).Of("compute/uRLMap").Single(map => map.Name == "edge");
        var rules = map.Maps("pathMatchers.routeRules").OrderBy(rule => (double)rule["priority"]).SelectMany(rule =>
            ((ImmutableArray<object>)rule["matchRules"]).Cast<ImmutableDictionary<string, object>>().Select(match => ((string)match.Values.Single(), Last((string)rule["service"]))));
        return [.. rules, ("/**", Last(map.Text("pathMatchers.defaultService")!))];
    }

    private static string Find(IEnumerable<(string Template, string Service)> map, string path) => map.First(rule => Pattern(rule.Template).IsMatch(path)).Service;

    private static Regex Pattern(string template) => new("^" + string.Join('/', template.Split('/').Select(segment => segment switch
    {
        "**" => ".*",
        "*" => "[^/]+",
        ['{', ..] => "[^/]+",
        _ => Regex.Escape(segment),
    })) + "$");

    private static string Last(string link) => link[(link.LastIndexOf('/') + 1)..];
}
