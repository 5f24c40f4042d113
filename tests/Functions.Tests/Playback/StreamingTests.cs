using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Playback;

/// <summary>Tests from authorization to the audio bytes.</summary>
public sealed class StreamingTests : IAsyncLifetime
{
    private const int ChunkLength = 512 * 1024;

    private readonly ManualTimeProvider time = new();
    private readonly byte[] audio = new byte[3 * ChunkLength + 12345];
    private LocalServer server = null!;
    private HttpClient ada = null!;

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(time));
        ada = await server.SignInAsync("ada");
        new Random(1).NextBytes(audio);
        await server.Services.GetRequiredService<IObjectStore>()
            .WriteAsync($"tracks/{Dawn.Id}/rev1/high.ogg", new MemoryStream(audio), new WriteOptions("audio/ogg"), default);
        await server.WriteAsync(
        [
            .. Mutations,
            CatalogWriter.WriteAudio(
                Dawn.Id, "rev1", EncodingList.Format([new AudioEncoding(Codec.Vorbis, AudioQuality.High, 160, audio.Length)]), 0, null),
        ]);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task The_URL_of_every_CDN_streams_byte_ranges_without_a_token()
    {
        var answer = await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}");
        var urls = answer["alternatives"]!.AsArray().Select(alternative => alternative!.At("url")!).Prepend(answer.At("url")!).ToList();
        Assert.True(urls.Count >= 2);
        foreach (var url in urls)
        {
            var bytes = new List<byte>();
            for (long offset = 0; offset < audio.Length; offset += ChunkLength)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, url)
                {
                    Headers = { Range = new RangeHeaderValue(offset, offset + ChunkLength - 1) },
                };
                using var response = await server.Http.SendAsync(request);
                Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
                Assert.Equal("audio/ogg", response.Content.Headers.ContentType!.MediaType);
                bytes.AddRange(await response.Content.ReadAsByteArrayAsync());
            }

            Assert.Equal(audio, bytes);
        }
    }

    [Fact]
    public async Task URLs_are_valid_for_an_hour()
    {
        var url = (await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}")).At("url");
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync(url)).StatusCode);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Http.GetAsync(url)).StatusCode);
    }

    [Fact]
    public async Task A_signed_URL_does_not_work_for_another_track()
    {
        var url = (await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}")).At("url")!;
        Assert.Equal(
            HttpStatusCode.Forbidden, (await server.Http.GetAsync(url.Replace(Dawn.Id, Duet.Id, StringComparison.Ordinal))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Http.GetAsync(url.Split('?')[0])).StatusCode);
    }
}
