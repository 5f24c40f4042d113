using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Fixtures;
using Spotify.Functions.Tests.WireContract;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests;

/// <summary>Tests that apply to every route of the Web API.</summary>
public sealed class ApiTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly LocalServer server = fixture.Server;

    [Fact]
    public async Task Every_route_requires_a_token_in_any_letter_case()
    {
        var endpoints = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal)).ToList();
        Assert.True(endpoints.Count > 20);
        foreach (var endpoint in endpoints)
        {
            var path = ApiDescription.Template(endpoint.RoutePattern.RawText!).Replace("{}", Dawn.Id, StringComparison.Ordinal);
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
                foreach (var written in new[] { path, path.Replace("/v1", "/V1", StringComparison.Ordinal) })
                {
                    using var response = await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), written));
                    await response.ErrorAsync(HttpStatusCode.Unauthorized);
                    Assert.NotEmpty(response.Headers.WwwAuthenticate);
                }
        }
    }

    [Fact]
    public async Task Pages_of_any_site_may_use_the_API_and_read_its_errors()
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/markets")
        {
            Headers =
            {
                { "Origin", "https://app.example" },
                { "Access-Control-Request-Method", "GET" },
                { "Access-Control-Request-Headers", "authorization" },
            },
        };
        using var allowed = await server.Http.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.NoContent, allowed.StatusCode);
        Assert.Equal("*", allowed.Headers.GetValues("Access-Control-Allow-Origin").Single());

        foreach (var path in new[] { "/v1/markets", "/v1/tracks/nonsense", "/v1/nothing" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Origin", "https://app.example" } } };
            using var response = await fixture.Ada.SendAsync(request);
            Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        }
    }

    [Fact]
    public async Task Browser_apps_of_other_sites_may_request_tokens_but_not_use_the_pages()
    {
        foreach (var (path, allowed) in new[] { ("/api/token", true), ("/authorize", false), ("/login", false), ("/account", false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, path)
            {
                Headers = { { "Origin", "https://app.example" }, { "Access-Control-Request-Method", "POST" } },
            };
            using var response = await server.Http.SendAsync(request);
            Assert.Equal(allowed, response.Headers.Contains("Access-Control-Allow-Origin"));
            Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
        }
    }

    [Fact]
    public async Task A_request_without_a_host_is_a_bad_request()
    {
        var token = fixture.Ada.DefaultRequestHeaders.Authorization!.Parameter;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /v1/tracks/{Dawn.Id} HTTP/1.0\r\nAuthorization: Bearer {token}\r\n\r\n"));
        using var reader = new StreamReader(stream);
        Assert.Contains(" 400 ", await reader.ReadLineAsync());
    }

    [Theory]
    [InlineData("https://music.example/")]
    [InlineData("https://music.example")]
    public async Task Links_and_signed_URLs_use_the_public_URL(string publicUrl)
    {
        await using var behind = await LocalServer.StartAsync(builder => builder.Configuration["PublicUrl"] = publicUrl);
        var encodings = EncodingList.Format([new AudioEncoding(Codec.Flac, AudioQuality.Lossless, 1, 1)]);
        await behind.WriteAsync([.. Mutations, CatalogWriter.WriteAudio(Dawn.Id, "rev", encodings, 0, null)]);
        using var refused = await behind.Http.PostAsync(
            "/api/token", new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("user", "ada")]));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        using var ada = behind.WithScopes("ada", "streaming");
        Assert.StartsWith("https://music.example/tracks/", (await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}")).At("url"));
        Assert.Equal($"https://music.example/v1/tracks/{Dawn.Id}", (await ada.GetJsonAsync($"/v1/tracks/{Dawn.Id}")).At("href"));
    }

    [Theory]
    [InlineData("https://music.example/path")]
    [InlineData("music.example")]
    [InlineData("ftp://music.example")]
    [InlineData("https://music.example/?x")]
    [InlineData("https://someone@music.example")]
    public async Task An_invalid_public_URL_is_rejected_at_startup(string publicUrl) =>
        await Assert.ThrowsAsync<OptionsValidationException>(
            () => LocalServer.StartAsync(builder => builder.Configuration["PublicUrl"] = publicUrl));
}
