using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio;
using Spotify.Catalog;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.Tests.AudioIngest;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.NativeFlac;

public sealed class NativeFlacTests : IAsyncLifetime
{
    private const int Samples = 100_000;

    private readonly byte[] source = UploadBench.Flac(1, Samples);
    private LocalServer server = null!;
    private HttpClient ada = null!;

    public async Task InitializeAsync()
    {
        server = await LocalServer.StartAsync();
        ada = await server.SignInAsync("ada", "premium", "SE");
        var counts = new SampleCounts(44_100, Samples);
        AudioEncoding[] encodings =
        [
            new(Codec.Flac, AudioQuality.Lossless, 706, 1, counts),
            new(Codec.NativeFlac, AudioQuality.Lossless, 706, source.Length, counts),
        ];
        await server.WriteAsync([.. Mutations, CatalogWriter.WriteAudio(Dawn.Id, "rev1", EncodingList.Format(encodings), 0, null)]);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [ToolFact("ffmpeg")]
    public async Task The_object_is_created_on_request_and_served_under_its_signed_url()
    {
        var mp4 = await FfmpegPipe.DecodeAsync(
            source, "flac", "-c", "copy", "-strict", "-2", "-f", "mp4", "-movflags", "+frag_keyframe+delay_moov+default_base_moof");
        var store = server.Services.GetRequiredService<IObjectStore>();
        await store.WriteAsync($"tracks/{Dawn.Id}/rev1/lossless.m4a", new MemoryStream(mp4), new WriteOptions("audio/mp4"), default);
        var url = (await ada.GetJsonAsync($"/v1/playback/tracks/{Dawn.Id}?quality=lossless&codec=flac_native")).At("url")!;
        Assert.Contains("/lossless.flac?", url, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync(url)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await CreateAsync(Dawn.Id)).StatusCode);
        using var response = await server.Http.GetAsync(url);
        Assert.Equal("audio/flac", response.Content.Headers.ContentType!.MediaType);
        var native = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(Samples, FlacIndex.Read(new MemoryStream(native)).Duration.Samples);
        Assert.Equal(
            await FfmpegPipe.DecodeAsync(source, "flac", "-f", "s16le"), await FfmpegPipe.DecodeAsync(native, "flac", "-f", "s16le"));

        // Repeated requests keep the object, even without the source.
        await store.DeleteAsync($"tracks/{Dawn.Id}/rev1/lossless.m4a", default);
        Assert.Equal(HttpStatusCode.NoContent, (await CreateAsync(Dawn.Id)).StatusCode);
    }

    [Fact]
    public async Task Tracks_without_lossless_audio_and_unknown_tracks_are_not_found()
    {
        foreach (var id in new[] { Duet.Id, Pilot.Id, "0000000000000000000000" })
            Assert.Equal(HttpStatusCode.NotFound, (await CreateAsync(id)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await CreateAsync("x")).StatusCode);
    }

    [Fact]
    public async Task A_plan_without_lossless_quality_creates_nothing()
    {
        var counts = new SampleCounts(44_100, Samples);
        AudioEncoding[] encodings =
        [
            new(Codec.Vorbis, AudioQuality.High, 160, 1, counts), new(Codec.NativeFlac, AudioQuality.Lossless, 706, 1, counts),
        ];
        await server.WriteAsync(CatalogWriter.WriteAudio(Duet.Id, "rev1", EncodingList.Format(encodings), 0, null));
        var bob = await server.SignInAsync("bob", "free");
        using var response = await bob.PutAsync($"/v1/playback/tracks/{Duet.Id}/native-flac", null);
        Assert.Contains("PREMIUM_REQUIRED", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_token_is_required() => Assert.Equal(
        HttpStatusCode.Unauthorized, (await server.Http.PutAsync($"/v1/playback/tracks/{Dawn.Id}/native-flac", null)).StatusCode);

    private Task<HttpResponseMessage> CreateAsync(string id) => ada.PutAsync($"/v1/playback/tracks/{id}/native-flac", null);
}
