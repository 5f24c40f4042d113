using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain;
using Spotify.Web.Identity;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>Tests of the host's OpenAPI description, <c>/openapi/v1.json</c>, against its routes and open-api.yml.</summary>
public sealed partial class HostDescriptionTests(ServerFixture fixture) : IClassFixture<ServerFixture>, IAsyncLifetime
{
    private const string Url = "/openapi/v1.json";

    private const string AnyMarket = "the parameter is checked wherever entities are shown";
    private const string NoMarket = "the parameter is ignored, because the operation does not depend on a market";
    private const string AnyList = "clients send lists in the query and in the body, and all operations on lists accept both";

    // Where the host deliberately differs from open-api.yml: "+" is in the host's description only, "-" in open-api.yml only.
    private static readonly IReadOnlyList<(string Operation, string Difference, string Reason)> KnownDeviations =
    [
        ("get-an-artist", "+ query market", AnyMarket),
        ("get-multiple-artists", "+ query market", AnyMarket),
        ("get-an-artists-related-artists", "+ query market", AnyMarket),
        ("get-followed", "+ query market", AnyMarket),
        ("get-followed", "+ query offset", "the parameter is checked as in all lists, but pages follow after"),
        ("get-users-saved-audiobooks", "+ query market", AnyMarket),
        ("get-users-saved-shows", "+ query market", AnyMarket),
        ("get-playlist-cover", "+ query market", AnyMarket),
        ("get-a-list-of-current-users-playlists", "+ query market", AnyMarket),
        ("get-list-users-playlists", "+ query market", AnyMarket),
        ("create-playlist", "+ query market", AnyMarket),
        ("create-playlist-for-user", "+ query market", AnyMarket),
        ("get-recently-played", "+ query market", AnyMarket),
        ("get-the-users-currently-playing-track", "+ status 204", "Spotify's response if nothing is played, as that of the playback state"),
        ("get-users-top-artists", "+ query market", AnyMarket),
        ("get-users-top-tracks", "+ query market", AnyMarket),
        ("remove-shows-user", "- query market", NoMarket),
        ("get-categories", "+ query market", AnyMarket),
        ("get-a-category", "+ query market", AnyMarket),
        ("get-a-categories-playlists", "+ query market", AnyMarket),
        ("get-featured-playlists", "- query locale", "playlists have names in one language"),
        ("get-featured-playlists", "+ query market", AnyMarket),
        ("get-new-releases", "+ query market", "the market of callers whose country is unknown"),
        .. from collection in (string[])["albums", "audiobooks", "episodes", "shows", "tracks"]
           select ($"get-users-saved-{collection}", "+ query until", "links to other pages have it, so that new items do not shift pages"),
        ("save-audiobooks-user", "+ body", AnyList),
        ("remove-audiobooks-user", "+ body", AnyList),
        ("save-library-items", "+ body", AnyList),
        ("remove-library-items", "+ body", AnyList),
        ("save-tracks-user", "+ query ids", AnyList),
    ];

    // The names of the pools of recommendations in open-api.yml.
    private static readonly string[] CamelCase = ["afterFilteringSize", "afterRelinkingSize", "initialPoolSize"];

    private static readonly IReadOnlyList<(string Route, string Reason)> ExcludedRoutes =
    [
        ($"GET {Url}", "the description itself"),
        ("GET /search/{}", "a page of the web player"),
        ("GET /config.json", "the settings of the web player"),
        ("POST /api/sign-out", "for the web player"),
        .. from route in (string[])
           [
               "POST /authorize", "GET /login", "POST /login", "GET /login/new", "POST /login/new", "GET /login/forgotten",
               "POST /login/forgotten", "POST /logout",
               "GET /invitation", "GET /invitation.js", "POST /invitation", "GET /account",
               "POST /account/withdraw", "POST /account/apps", "POST /account/apps/change", "POST /account/apps/secret",
               "POST /account/apps/delete", "POST /account/invite", "POST /account/passkeys", "POST /account/passkeys/rename",
               "POST /account/passkeys/remove", "POST /login/passkey", "GET /passkeys.js", "GET /account/remove",
               "POST /account/remove", "POST /account/data", "GET /account/listeners", "POST /account/listeners/password",
           ]
           select (route, "a page of the authorization server"),
        .. from type in Enum.GetValues<EntityType>()
           select ($"GET /{SpotifyUri.WireName(type)}/{{}}", "a page of the web player"),
    ];

    private ApiDescription description = null!;

    public async Task InitializeAsync() =>
        description = new ApiDescription(new StringReader(await fixture.Server.Http.GetStringAsync(Url)));

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void Implemented_operations_match_open_api_yml() =>
        Assert.Equal([], Differences().Except(KnownDeviations.Select(known => (known.Operation, known.Difference))));

    [Fact]
    public void Known_deviations_from_open_api_yml_still_exist() =>
        Assert.Equal([], KnownDeviations.Select(known => (known.Operation, known.Difference)).Except(Differences()));

    [Fact]
    public void Every_route_is_described_or_excluded() =>
        Assert.Equal(
            Routes().Order(),
            description.Operations.Select(one => one.Route).Concat(ExcludedRoutes.Select(excluded => excluded.Route)).Order());

    [Fact]
    public void Operations_have_unique_ids_summaries_and_tags()
    {
        Assert.Equal(description.Operations.Count, description.Operations.Select(one => one.Id).Distinct().Count());
        Assert.All(description.Operations, one =>
        {
            Assert.NotEmpty(one.Node["summary"]!.GetValue<string>());
            Assert.NotEmpty(one.Node["tags"]!.AsArray());
        });
    }

    [Fact]
    public void Operations_of_the_Web_API_require_a_token_and_all_have_the_error_object()
    {
        Assert.All(description.Operations, one =>
        {
            Assert.Equal(
                WebApiRoutes().IsMatch(one.Route) ? "oauth_2_0" : TaskRoutes().IsMatch(one.Route) ? "bearer" : null,
                one.Node["security"]?[0]!.AsObject().Single().Key);
            Assert.All((string[])["4XX", "5XX"], statuses => Assert.Equal(
                "#/components/schemas/ErrorResponse",
                one.Node["responses"]![statuses]!["content"]!["application/json"]!["schema"]!["$ref"]!.GetValue<string>()));
        });
        var error = description.Schemas["ErrorResponse"]!["properties"]!["error"]!.AsObject();
        Assert.Equal(["status", "message", "reason"], description.Resolve(error)["properties"]!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public void A_requirement_lists_scopes_that_are_all_needed_and_alternatives_are_separate_requirements()
    {
        Assert.Equal(["playlist-modify-public ugc-image-upload", "playlist-modify-private ugc-image-upload"],
            Requirements("upload-custom-playlist-cover"));
        Assert.Equal(["user-read-private", "user-read-email"], Requirements("get-current-users-profile"));
        Assert.Equal(["user-library-read user-read-playback-position"], Requirements("get-users-saved-episodes"));
        Assert.Equal([""], Requirements("get-track"));
        var scopes = description.SecuritySchemes["oauth_2_0"]!["flows"]!["authorizationCode"]!["scopes"]!.AsObject();
        Assert.Equal(Scopes.All.Each(), scopes.Select(scope => scope.Key));

        IEnumerable<string> Requirements(string id) => description.Operations.Single(one => one.Id == id).Node["security"]!.AsArray()
            .Select(one => string.Join(' ', one!["oauth_2_0"]!.AsArray().Select(scope => scope!.GetValue<string>())));
    }

    [Fact]
    public void Schemas_have_the_names_of_the_wire_format() => Assert.All(
        description.Schemas.SelectMany(schema => (schema.Value!["properties"] as JsonObject ?? []).Select(member => member.Key)),
        name => Assert.True(SnakeCase().IsMatch(name) || CamelCase.Contains(name), name));

    [Fact]
    public async Task The_description_is_cacheable()
    {
        using var first = await fixture.Server.Http.GetAsync(Url);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("application/json", first.Content.Headers.ContentType?.MediaType);
        Assert.True(first.Headers.CacheControl is { Public: true, MaxAge.TotalSeconds: > 0 });

        using var request = new HttpRequestMessage(HttpMethod.Get, Url) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var second = await fixture.Server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    private List<(string Operation, string Difference)> Differences()
    {
        var hosted = description.Operations.ToDictionary(one => one.Route, StringComparer.Ordinal);
        return
        [
            .. ApiDescription.Current.Operations
                .Where(expected => hosted.ContainsKey(expected.Route))
                .SelectMany(expected => Differences(Facts(expected), Facts(hosted[expected.Route])).Select(line => (expected.Id, line))),
        ];
    }

    private static IEnumerable<string> Differences(IReadOnlyList<string> expected, IReadOnlyList<string> actual) =>
        [.. actual.Except(expected).Select(fact => $"+ {fact}"), .. expected.Except(actual).Select(fact => $"- {fact}")];

    private static List<string> Facts(ApiOperation operation) =>
    [
        $"id {operation.Id}",
        .. operation.Parameters,
        .. operation.HasBody ? (string[])["body"] : [],
        .. operation.Scopes.Select(scope => $"scope {scope}"),
        .. operation.Responses.Keys.Where(status => status is >= 200 and < 300).Select(status => $"status {status}"),
    ];

    // A HEAD is answered like a GET. Routes for all methods serve files.
    private IEnumerable<string> Routes() =>
        from endpoint in fixture.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        where method != "HEAD"
        select $"{method} {ApiDescription.Template(endpoint.RoutePattern.RawText!.TrimEnd('/'))}";

    [GeneratedRegex(@"\A\w+ /v1/")]
    private static partial Regex WebApiRoutes();

    [GeneratedRegex(@"\A\w+ /tasks/")]
    private static partial Regex TaskRoutes();

    [GeneratedRegex(@"\A[a-z][a-z0-9]*(_[a-z0-9]+)*\z")]
    private static partial Regex SnakeCase();
}
