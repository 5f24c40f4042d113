using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Spotify.Functions.Tests.WireContract;
using Spotify.Web.Identity;

namespace Spotify.Functions.Tests.Identity;

/// <summary>Tests of the scopes that the routes of every function declare, against open-api.yml.</summary>
public sealed class ScopeDeclarationTests
{
    // Routes that open-api.yml does not have.
    private static readonly Dictionary<string, string> OwnRoutes = new(StringComparer.Ordinal)
    {
        ["PUT /v1/me"] = "user-read-private",
        ["GET /v1/browse/popular-artists"] = "",
        ["GET /v1/browse/popular-tracks"] = "",
        ["GET /v1/browse/recently-added"] = "",
        ["GET /v1/search/suggest"] = "",
        ["GET /v1/views/home"] = "",
        ["GET /v1/views/home/{}"] = "",
        ["POST /v1/me/playlists/prompted"] = "playlist-modify-public playlist-modify-private",
        ["POST /v1/me/devices/challenges"] = "streaming",
        ["POST /v1/me/devices"] = "streaming",
        ["GET /v1/me/devices"] = "user-read-playback-state",
        ["POST /v1/me/devices/{}/downloads"] = "streaming",
        ["POST /v1/me/devices/{}/licenses"] = "streaming",
        ["POST /v1/me/devices/{}/licenses/renewals"] = "streaming",
        ["DELETE /v1/me/devices/{}/licenses"] = "streaming",
        ["PUT /v1/me/devices/{}"] = "user-modify-playback-state",
        ["DELETE /v1/me/devices/{}"] = "user-modify-playback-state",
        ["GET /v1/me/devices/{}/sync"] = "streaming",
        ["PUT /v1/me/devices/{}/chosen"] = "user-modify-playback-state",
        ["GET /v1/me/offline/estimates"] = "streaming",
        ["GET /v1/me/blends"] = "playlist-read-private",
        ["POST /v1/me/blends"] = "playlist-modify-private",
        ["PUT /v1/me/blends/{}"] = "playlist-modify-private + playlist-read-private",
        ["DELETE /v1/me/blends/{}"] = "playlist-modify-private",
        ["POST /v1/me/radio"] = "playlist-modify-private + playlist-read-private",
        ["GET /v1/charts"] = "",
        ["GET /v1/charts/live"] = "",
        ["GET /v1/me/private-session"] = "user-read-playback-state",
        ["PUT /v1/me/private-session"] = "user-modify-playback-state",
        ["DELETE /v1/me/private-session"] = "user-modify-playback-state",
        ["GET /v1/me/resume-points"] = "user-read-playback-position",
        ["PUT /v1/me/resume-points"] = "user-library-modify user-modify-playback-state",
        ["GET /v1/me/taste/exclusions"] = "user-top-read",
        ["PUT /v1/me/taste/exclusions"] = "user-library-modify",
        ["DELETE /v1/me/taste/exclusions"] = "user-library-modify",
        ["GET /v1/me/taste/not-interested"] = "user-top-read",
        ["PUT /v1/me/taste/not-interested"] = "user-library-modify",
        ["DELETE /v1/me/taste/not-interested"] = "user-library-modify",
        ["GET /v1/me/player/events"] = "user-read-playback-state",
        ["POST /v1/me/player/live-token"] = "user-read-playback-state",
        ["PUT /v1/me/player/devices/{}"] = "user-modify-playback-state",
        ["DELETE /v1/me/player/devices/{}"] = "user-modify-playback-state",
        ["PUT /v1/me/player/devices/{}/report"] = "user-modify-playback-state",
        ["POST /v1/me/player/play"] = "user-modify-playback-state",
        ["PUT /v1/me/player/queue"] = "user-modify-playback-state",
        ["GET /v1/playback/tracks/{}"] = "streaming",
        ["GET /v1/playback/episodes/{}"] = "streaming",
        ["GET /v1/playback/chapters/{}"] = "streaming",
        ["POST /v1/events"] = "streaming",
        ["POST /v1/playback/failures"] = "streaming",
        ["PUT /v1/playback/tracks/{}/native-flac"] = "streaming",
    };

    // A list of scopes in open-api.yml means that one of them is required, which one depends on the request, except in these operations.
    private static readonly Dictionary<string, string> Conjunctions = new(StringComparer.Ordinal)
    {
        ["upload-custom-playlist-cover"] = "ugc-image-upload + playlist-modify-public playlist-modify-private",
        ["get-users-saved-episodes"] = "user-library-read + user-read-playback-position",
    };

    private static readonly Dictionary<string, RequiredScopes?> Declared = FunctionDefinitions.All
        .SelectMany(FunctionDefinitionTests.Endpoints)
        .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/v1", StringComparison.OrdinalIgnoreCase))
        .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(method => (
            Route: $"{method} {ApiDescription.Template(endpoint.RoutePattern.RawText!.TrimEnd('/'))}",
            Scopes: endpoint.Metadata.GetMetadata<RequiredScopes>())))
        .ToDictionary(one => one.Route, one => one.Scopes, StringComparer.Ordinal);

    public static TheoryData<string> Operations => [.. ApiDescription.Current.Operations.Select(operation => operation.Id)];

    [Fact]
    public void Every_route_of_the_Web_API_declares_its_scopes() =>
        Assert.Equal([], Declared.Where(one => one.Value is null).Select(one => one.Key));

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operations_of_open_api_yml_require_the_scopes_that_it_names(string id)
    {
        var operation = ApiDescription.Current.Operations.Single(one => one.Id == id);
        var named = string.Join(' ', operation.Scopes);
        Assert.True(ScopeNames.TryParse(named, out var scopes), named);

        // Operations that no function maps yet are compared as soon as one does.
        if (!Declared.TryGetValue(operation.Route, out var required)) return;
        Assert.Equal(Conjunctions.GetValueOrDefault(id, scopes.Format()), Format(required!));
        Assert.Equal(scopes, required!.Groups.Aggregate(Scopes.None, (all, group) => all | group));
    }

    [Fact]
    public void Other_routes_require_the_listed_scopes()
    {
        var described = ApiDescription.Current.Operations.Select(operation => operation.Route).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(
            OwnRoutes.Select(own => $"{own.Key}: {own.Value}").Order(),
            Declared.Where(one => !described.Contains(one.Key)).Select(one => $"{one.Key}: {Format(one.Value!)}").Order());
    }

    [Fact]
    public void The_scopes_are_those_of_open_api_yml() => Assert.Equal(
        ApiDescription.Current.SecuritySchemes["oauth_2_0"]!["flows"]!["authorizationCode"]!["scopes"]!.AsObject().Select(one => one.Key),
        Scopes.All.Each());

    [Theory]
    [InlineData("", Scopes.None, true)]
    [InlineData("streaming", Scopes.Streaming, true)]
    [InlineData(" user-read-email  streaming ", Scopes.Streaming | Scopes.UserReadEmail, true)]
    [InlineData("streaming openid", Scopes.Streaming, false)]
    [InlineData("Streaming", Scopes.None, false)]
    [InlineData("stream", Scopes.None, false)]
    [InlineData("streaming,user-read-email", Scopes.None, false)]
    public void Lists_of_scopes_are_parsed(string names, Scopes expected, bool allKnown)
    {
        Assert.Equal(allKnown, ScopeNames.TryParse(names, out var scopes));
        Assert.Equal(expected, scopes);
    }

    private static string Format(RequiredScopes required) => string.Join(" + ", required.Groups.Select(group => group.Format()));
}
