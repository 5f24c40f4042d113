using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Playback;

/// <summary>Tests that reported failures move traffic to another CDN and back.</summary>
public sealed class FailureTests : IAsyncLifetime
{
    private readonly ManualTimeProvider time = new();
    private LocalServer server = null!;

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(time));
        await server.WriteAsync(
        [
            .. Mutations,
            CatalogWriter.WriteAudio(
                Dawn.Id, "rev1", EncodingList.Format([new AudioEncoding(Codec.Vorbis, AudioQuality.High, 160, 1)]), 0, null),
        ]);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Failures_of_many_clients_move_the_traffic_until_they_decay()
    {
        var clients = new List<HttpClient>();
        for (var i = 0; i < 4; i++) clients.Add(await server.SignInAsync($"user{i}"));
        var before = await clients[0].GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}");

        foreach (var client in clients)
        {
            var url = (await client.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}")).At("url");
            Assert.Equal(HttpStatusCode.NoContent, (await ReportAsync(client, url, 503)).StatusCode);
        }

        var during = await clients[0].GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}");
        Assert.NotEqual(before.At("cdn"), during.At("cdn"));
        Assert.DoesNotContain(during["alternatives"]!.AsArray(), alternative => alternative!.At("cdn") == before.At("cdn"));

        time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(before.At("cdn"), (await clients[0].GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}")).At("cdn"));
    }

    [Fact]
    public async Task Repeated_reports_of_one_client_do_not_move_the_traffic()
    {
        var ada = await server.SignInAsync("ada");
        var before = await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}");
        for (var i = 0; i < 50; i++) await ReportAsync(ada, before.At("url"), null);
        Assert.Equal(before.At("cdn"), (await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}")).At("cdn"));
    }

    [Fact]
    public async Task Only_issued_URLs_can_be_reported()
    {
        var ada = await server.SignInAsync("ada");
        var url = (await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}")).At("url")!;
        await (await ReportAsync(ada, "https://elsewhere.example/tracks/x", 500)).ErrorAsync(HttpStatusCode.BadRequest);
        await (await ReportAsync(ada, url[..^2], 500)).ErrorAsync(HttpStatusCode.BadRequest);
        await (await ReportAsync(ada, url, 99)).ErrorAsync(HttpStatusCode.BadRequest);
        await (await ReportAsync(ada, null, 500)).ErrorAsync(HttpStatusCode.BadRequest);
        await (await ada.PostAsync("/v1/playback/failures", new StringContent("{nonsense", null, "application/json"))).ErrorAsync(
            HttpStatusCode.BadRequest);
        await (await ada.PostAsync("/v1/playback/failures", new StringContent("url=x"))).ErrorAsync(HttpStatusCode.UnsupportedMediaType);
        await (await ada.PostAsync("/v1/playback/failures", null)).ErrorAsync(HttpStatusCode.BadRequest);
        await (await ReportAsync(server.Http, url, 500)).ErrorAsync(HttpStatusCode.Unauthorized);
    }

    private static Task<HttpResponseMessage> ReportAsync(HttpClient client, string? url, int? status) =>
        client.PostAsJsonAsync("/v1/playback/failures", new { url, status });
}
