using System.Net;
using System.Numerics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.Tests.Player;
using Spotify.Functions.Tests.RoundTrips;
using Spotify.Functions.Tests.WireContract;
using Spotify.Web.Functions;
using Spotify.Web.Identity;
using Caller = Spotify.Web.Functions.Caller;

namespace Spotify.Functions.Tests.Identity;

/// <summary>Tests every route of the Web API with tokens of different scopes.</summary>
public sealed class ScopeMatrixTests(ScopeMatrixTests.Fixture fixture) : IClassFixture<ScopeMatrixTests.Fixture>
{
    private const string Message = "Insufficient client scope";

    // Routes of which a request needs every scope of a group, or a certain one, because of its content: the URIs in RoundTripCases are of
    // all types, and the playlists are public.
    private const string AllTypes = "/v1/me/library";
    private const Scopes PlaylistModify = Scopes.PlaylistModifyPublic | Scopes.PlaylistModifyPrivate;

    private readonly LocalServer server = fixture.Server;

    [Fact]
    public void Every_route_has_a_request() => Assert.Equal(
        fixture.Required.Keys.Order(), fixture.Cases.Select(one => one.Route).Order());

    [Fact]
    public async Task Requests_without_a_valid_token_are_unauthorized()
    {
        var longAgo = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(2);
        using var expired = server.WithScopes("ada", Scopes.All.Format(), longAgo);
        using var invalid = server.WithScopes("ada", Scopes.All.Format());
        invalid.DefaultRequestHeaders.Authorization = new("Bearer", invalid.DefaultRequestHeaders.Authorization!.Parameter![..^9]);
        foreach (var one in fixture.Cases)
            foreach (var client in new[] { server.Http, expired, invalid })
            {
                using var response = await SendAsync(client, one);
                await response.ErrorAsync(HttpStatusCode.Unauthorized);
                Assert.StartsWith("Bearer realm=\"spotify\"", response.Headers.WwwAuthenticate.ToString());
            }
    }

    [Fact]
    public async Task A_token_with_exactly_the_required_scopes_is_accepted_and_with_one_less_is_not()
    {
        foreach (var one in fixture.Cases)
        {
            var exact = Scopes.None;
            foreach (var group in fixture.Required[one.Route].Groups)
            {
                var certain = one.Route.Contains(AllTypes, StringComparison.Ordinal) ? group
                    : group == PlaylistModify ? Scopes.PlaylistModifyPublic
                    : Scopes.None;
                exact |= certain == Scopes.None ? (Scopes)(1 << BitOperations.TrailingZeroCount((int)group)) : certain;
                foreach (var removed in certain == Scopes.None ? [group] : Each(certain))
                    await AssertInsufficientAsync(one, (Scopes.All & ~removed).Format(), removed);
            }

            foreach (var removed in Each(exact))
                await AssertInsufficientAsync(one, (exact & ~removed).Format(), removed);
            using var client = server.WithScopes("ada", exact.Format());
            using var response = await SendAsync(client, one);
            if (!response.IsSuccessStatusCode) Assert.Fail($"{one.Route}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    [Fact]
    public async Task Each_alternative_is_accepted_where_the_content_does_not_decide()
    {
        foreach (var (path, scope) in (IEnumerable<(string, Scopes)>)
        [
            ("/v1/me", Scopes.UserReadEmail),
            ("/v1/me", Scopes.UserReadPrivate),
            ("/v1/users/ada/playlists", Scopes.PlaylistReadPrivate),
            ("/v1/users/ada/playlists", Scopes.PlaylistReadCollaborative),
        ])
        {
            using var client = server.WithScopes("ada", scope.Format());
            await client.GetJsonAsync(path);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("openid profile unknown")]
    public async Task A_token_without_a_known_scope_is_rejected_before_the_request_is_read(string? scope)
    {
        using var client = server.WithScopes("ada", scope);
        foreach (var one in fixture.Cases)
        {
            var needed = fixture.Required[one.Route].Groups.Aggregate(Scopes.None, (all, group) => all | group);
            if (needed != Scopes.None) await AssertInsufficientAsync(one with { Path = _ => Broken(one), Body = _ => "{" }, scope, needed);
            else Assert.True((await SendAsync(client, one)).IsSuccessStatusCode, one.Route);
        }
    }

    [Fact]
    public async Task An_app_without_a_user_can_use_the_routes_that_need_no_scope()
    {
        using var app = server.SignInApp();
        foreach (var one in fixture.Cases)
        {
            using var response = await SendAsync(app, one);
            if (fixture.Required[one.Route].Groups.Count > 0)
                Assert.Equal(Message, await response.ErrorAsync(HttpStatusCode.Forbidden));
            else if (!response.IsSuccessStatusCode)
                Assert.Contains("token of a user", await response.ErrorAsync(HttpStatusCode.Forbidden));
        }
    }

    [Fact]
    public async Task Unknown_routes_and_methods_are_reported_as_such_whatever_the_scopes()
    {
        using var client = server.WithScopes("ada", "");
        await client.GetErrorAsync("/v1/nothing", HttpStatusCode.NotFound);
        using var patch = await client.SendAsync(new HttpRequestMessage(HttpMethod.Patch, "/v1/me"));
        await patch.ErrorAsync(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task A_route_that_declares_no_scopes_is_not_served()
    {
        await using var host = await LocalServer.StartAsync(functions: new FunctionDefinition("undeclared", Caller.Listeners)
        {
            MapRoutes = routes => routes.MapGet("/v1/undeclared", () => TypedResults.Ok()),
        });
        using var ada = await host.SignInAsync("ada");
        Assert.Equal("Internal server error", await ada.GetErrorAsync("/v1/undeclared", HttpStatusCode.InternalServerError));
    }

    private static IEnumerable<Scopes> Each(Scopes scopes) => scopes.Each().Select(name =>
    {
        Assert.True(ScopeNames.TryParse(name, out var scope));
        return scope;
    });

    private static string Broken(RoundTripCase one) => one.Path(one.Few).Split('?')[0] + "?limit=x&market=x&uris=x&ids=x&type=x";

    // Events have no end.
    private static Task<HttpResponseMessage> SendAsync(HttpClient client, RoundTripCase one) => client.SendAsync(
        new HttpRequestMessage(one.Method, one.Path(one.Few))
        {
            Content = one.Body?.Invoke(one.Few) is { } body
                ? new StringContent(body, Encoding.UTF8, body.StartsWith('{') ? "application/json" : "image/jpeg")
                : null,
        },
        HttpCompletionOption.ResponseHeadersRead);

    /// <summary>Sends a request with a token that does not have the needed scopes.</summary>
    private async Task AssertInsufficientAsync(RoundTripCase one, string? scope, Scopes missing)
    {
        using var client = server.WithScopes("ada", scope);
        using var response = await SendAsync(client, one);
        Assert.True(response.StatusCode == HttpStatusCode.Forbidden, $"{one.Route} with {scope}: {response.StatusCode}");
        Assert.Equal(Message, await response.ErrorAsync(HttpStatusCode.Forbidden));
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.Matches("^Bearer realm=\"spotify\", error=\"insufficient_scope\", scope=\"[a-z -]+\"$", challenge);
        Assert.All(missing.Each(), name => Assert.Contains(name, challenge));
    }

    /// <summary>A host with the catalog of <see cref="RoundTripCases"/>.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        /// <summary>The host.</summary>
        public LocalServer Server { get; private set; } = null!;

        /// <summary>The scopes that each route requires.</summary>
        public Dictionary<string, RequiredScopes> Required { get; private set; } = [];

        /// <summary>A request to each route.</summary>
        public IReadOnlyList<RoundTripCase> Cases { get; private set; } = [];

        public async Task InitializeAsync()
        {
            Server = await LocalServer.StartAsync(builder =>
            {
                builder.Services.AddSingleton(OfflineCases.Keys).AddSingleton<ILiveTokens>(new FakeLiveTokens());
                // The app of the tokens.
                builder.Configuration["Player:LiveTokenApps:0"] = "app";
            });
            await Server.WriteAsync(RoundTripCases.Mutations);
            await RoundTripCases.WriteObjectsAsync(Server.Services.GetRequiredService<IObjectStore>());
            using var ada = await Server.SignInAsync("ada");
            var playback = RoundTripCases.All.Single(one => one.Route == "GET /v1/playback/tracks/{}");
            var granted = (await ada.GetJsonAsync(playback.Path(1))).At("url");
            Cases =
            [
                .. RoundTripCases.All,
                new("POST /v1/events", 1, 1, _ => "/v1/events", _ => """{"events":[]}"""),
                new("POST /v1/playback/failures", 1, 1, _ => "/v1/playback/failures", _ => $$"""{"url":"{{granted}}"}"""),
                new("POST /v1/me/devices/challenges", 1, 1, _ => "/v1/me/devices/challenges"),
                new("GET /v1/me/player/events", 1, 1, _ => "/v1/me/player/events"),
                new("POST /v1/me/player/live-token", 1, 1, _ => "/v1/me/player/live-token"),
            ];
            Required = Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal))
                .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(method => (
                    Route: $"{method} {ApiDescription.Template(endpoint.RoutePattern.RawText!.TrimEnd('/'))}",
                    Required: endpoint.Metadata.GetRequiredMetadata<RequiredScopes>())))
                .ToDictionary(one => one.Route, one => one.Required, StringComparer.Ordinal);
        }

        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}
