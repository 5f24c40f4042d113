using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Fixtures;
using Spotify.Functions.Licenses;
using Spotify.Licensing;
using Spotify.Licensing.Jose;
using Spotify.Local.Identity;
using Spotify.Web.Functions;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;

namespace Spotify.Functions.Tests.Licenses.Keys;

/// <summary>The signed time of the server in the responses of the function <c>licenses</c>.</summary>
public sealed class ServerTimeTests(OfflineServer fixture) : IClassFixture<OfflineServer>
{
    private const string Header = "Server-Time";

    private readonly LocalServer server = fixture.Server;
    private readonly ManualTimeProvider clock = fixture.Clock;

    /// <summary>The methods and paths of the function.</summary>
    public static TheoryData<string, string> Routes
    {
        get
        {
            var builder = WebApplication.CreateSlimBuilder();
            LicensesFunction.Definition.AddServices(builder.Services);
            IEndpointRouteBuilder app = builder.Build();
            LicensesFunction.Definition.MapRoutes(app);
            var routes = new TheoryData<string, string>();
            foreach (var endpoint in app.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>())
            {
                var path = "/" + endpoint.RoutePattern.RawText!.Trim('/').Replace("{id}", new string('0', 22), StringComparison.Ordinal);
                foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods) routes.Add(method, path);
            }

            return routes;
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Every_response_has_the_time_errors_included(string method, string path)
    {
        using var ada = server.WithScopes("ada", "streaming user-read-playback-state user-modify-playback-state", clock.Now);
        using var withoutScopes = server.WithScopes("ada", "", clock.Now);
        var keys = await KeysAsync();
        var statuses = new HashSet<HttpStatusCode>
        {
            await SendAsync(ada, method, path, "{}"),
            await SendAsync(ada, method, path, "{"),
            await SendAsync(ada, method, path.ToUpperInvariant(), null),
            await SendAsync(server.Http, method, path, "{}"),
            await SendAsync(withoutScopes, method, path, "{}"),
            await SendAsync(ada, "PATCH", path, "{}"),
            await SendAsync(ada, method, path + "/nothing", "{}"),
        };
        if (path.StartsWith("/v1", StringComparison.Ordinal))
            Assert.Superset(
                new HashSet<HttpStatusCode> { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden }, statuses);
        Assert.Contains(HttpStatusCode.MethodNotAllowed, statuses);

        async Task<HttpStatusCode> SendAsync(HttpClient client, string method, string path, string? body)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (body is not null && method != "GET") request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await client.SendAsync(request);
            Assert.True(response.Headers.Contains(Header), $"{method} {path} {(int)response.StatusCode}");
            Assert.Equal(Seconds(clock.Now), Verify(response, keys));
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Requests_beyond_the_rate_limit_and_internal_errors_have_the_time_too()
    {
        var broken = new FunctionDefinition("broken", Web.Functions.Caller.Listeners)
        {
            MapRoutes = routes =>
            {
                var devices = routes.MapGroup(OfflineDevice.Path).RequireNoScope();
                devices.MapGet("/slow", new RequestDelegate(_ => throw new TimeoutException()));
                devices.MapGet("/broken", new RequestDelegate(_ => throw new InvalidOperationException()));
            },
        };
        await using var strict = await LocalServer.StartAsync(
            builder => builder.Services.Configure<RateLimitOptions>(limits => limits.Playback = 1), rateLimit: true, functions: broken);
        using var ada = await strict.SignInAsync("ada");
        foreach (var (path, status) in new[]
        {
            ("/slow", HttpStatusCode.ServiceUnavailable), ("/broken", HttpStatusCode.InternalServerError), ("", HttpStatusCode.OK),
            ("", HttpStatusCode.TooManyRequests),
        })
        {
            using var response = await ada.GetAsync(OfflineDevice.Path + path);
            Assert.Equal(status, response.StatusCode);
            Assert.True(response.Headers.Contains(Header));
        }
    }

    [Fact]
    public async Task The_time_is_signed_once_per_second()
    {
        clock.Now = new DateTimeOffset(clock.Now.Year, 1, 1, 0, 0, 0, TimeSpan.Zero).AddYears(1);
        var first = await TimeAsync();
        clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(first, await TimeAsync());
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotEqual(first, await TimeAsync());

        // An ES256 signature is different each time.
        var concurrent = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => TimeAsync()));
        Assert.Single(concurrent.Distinct());
    }

    [Fact]
    public async Task The_time_is_a_signature_with_an_issuer_and_a_time_that_is_no_access_token()
    {
        var parts = (await TimeAsync()).Split('.').Take(2).Select(part => JsonNode.Parse(Base64Url.DecodeFromChars(part))!);
        var (header, payload) = (parts.First(), parts.Last());
        Assert.Equal(("ES256", "server-time+jwt"), (header.At("alg"), header.At("typ")));
        Assert.Equal((LocalIdentity.Issuer, 2), (payload.At("iss"), payload.AsObject().Count));
        Assert.Equal(Seconds(clock.Now), (long)payload["iat"]!);

        var tokenKeys = (await server.Http.GetJsonAsync("/.well-known/jwks.json"))["keys"]!.AsArray();
        Assert.DoesNotContain(tokenKeys, key => key!.At("kid") == header.At("kid"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TimeAsync());
        using var response = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("GET", OfflineDevice.Path)]
    [InlineData("OPTIONS", OfflineDevice.Path)]
    [InlineData("GET", "/.well-known/license-keys.json")]
    public async Task Scripts_of_any_site_can_read_the_time(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Origin", "https://app.example");
        if (method == "OPTIONS") request.Headers.Add("Access-Control-Request-Method", "POST");
        using var response = await server.Http.SendAsync(request);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.True(response.Headers.Contains(Header));
        if (method == "GET") Assert.Contains(Header, response.Headers.GetValues("Access-Control-Expose-Headers").Single());
    }

    [Theory]
    [InlineData("/v1/me")]
    [InlineData("/v1/me/player/devices")]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/healthz")]
    public async Task Other_responses_have_no_time(string path)
    {
        using var response = await server.Http.GetAsync(path);
        Assert.False(response.Headers.Contains(Header));
    }

    private static long Seconds(DateTimeOffset time) => time.ToUnixTimeSeconds();

    private static long Verify(HttpResponseMessage response, IReadOnlyList<P256PublicKey> keys)
    {
        Assert.True(ServerTime.TryVerify(response.Headers.GetValues(Header).Single(), LocalIdentity.Issuer, keys, out var time));
        return Seconds(time);
    }

    private async Task<string> TimeAsync()
    {
        using var response = await server.Http.GetAsync(OfflineDevice.Path);
        return response.Headers.GetValues(Header).Single();
    }

    private async Task<IReadOnlyList<P256PublicKey>> KeysAsync()
    {
        var set = JsonDocument.Parse(await server.Http.GetStringAsync("/.well-known/license-keys.json"));
        return
        [
            .. set.RootElement.GetProperty("keys").EnumerateArray().Select(jwk =>
                P256PublicKey.TryParse(jwk, out var key, out var problem) ? key : throw new FormatException(problem)),
        ];
    }
}
