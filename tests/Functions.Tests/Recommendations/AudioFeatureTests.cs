using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Spotify.Audio.Features;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Fixtures;
using Spotify.Functions.Tests.WireContract;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.Recommendations;

public sealed class AudioFeatureTests(ServerFixture fixture) : IClassFixture<ServerFixture>, IAsyncLifetime
{
    private static readonly Table Rows = Schema.Current.Table("TrackAudioFeatures");

    private readonly LocalServer server = fixture.Server;
    private readonly HttpClient ada = fixture.Ada;

    public async Task InitializeAsync()
    {
        await server.WriteAsync([.. AudioFeatureCases.Write(Dawn.Id), .. AudioFeatureCases.Write(Duet.Id)]);
        await AudioFeatureCases.WriteAnalysisAsync(Store, Dawn.Id);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private IObjectStore Store => server.Services.GetRequiredService<IObjectStore>();

    [Fact]
    public async Task Several_tracks_are_returned_in_request_order_with_null_for_those_without_features()
    {
        var list = await ada.GetJsonAsync(
            $"/v1/audio-features?ids={Duet.Id},{SpotifyId.FromName("missing")},{Pilot.Id},{Dawn.Id},{Duet.Id},{Swedish.Id}");
        Assert.Equal(
            [Duet.Id, null, null, Dawn.Id, Duet.Id, null],
            list["audio_features"]!.AsArray().Select(track => track?["id"]!.ToString()));
    }

    [Fact]
    public async Task Links_lead_to_the_track_and_its_analysis()
    {
        var features = await ada.GetJsonAsync($"/v1/audio-features/{Dawn.Id}");
        Assert.Equal(("200000", "4", "9", "0"), (features.At("duration_ms"), features.At("time_signature"), features.At("key"),
            features.At("mode")));
        Assert.Equal("Dawn", (await ada.GetJsonAsync(features.At("track_href")!)).At("name"));
        Assert.Equal("22050", (await ada.GetJsonAsync(features.At("analysis_url")!)).At("track", "analysis_sample_rate"));
    }

    [Theory]
    [InlineData(100, HttpStatusCode.OK)]
    [InlineData(101, HttpStatusCode.BadRequest)]
    public async Task At_most_100_ids_are_accepted(int count, HttpStatusCode status)
    {
        var ids = string.Join(',', Enumerable.Range(0, count).Select(i => SpotifyId.FromName($"{i}")));
        using var response = await ada.GetAsync($"/v1/audio-features?ids={ids}");
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Features_of_replaced_audio_and_of_an_older_extractor_are_not_shown()
    {
        await server.WriteAsync(
            CatalogWriter.WriteAudio(Explicit.Id, "newer", "", 0, null),
            AudioFeatureRows.Write(Explicit.Id, "older", AudioFeatureCases.Features),
            CatalogWriter.WriteAudio(Future.Id, AudioFeatureCases.Revision, "", 0, null),
            AudioFeatureRows.Write(Future.Id, AudioFeatureCases.Revision, AudioFeatureCases.Features),
            Mutation.Update(Rows, ("PlayableId", Future.Id), ("Version", AudioFeatures.Version - 1)));
        foreach (var id in new[] { Explicit.Id, Future.Id })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync($"/v1/audio-features/{id}")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync($"/v1/audio-analysis/{id}")).StatusCode);
        }

        var sounds = await AudioFeatureRows.SoundsAsync(server.Database, default).Select(sound => sound.PlayableId).ToListAsync();
        Assert.DoesNotContain(Future.Id, sounds);
        Assert.Contains(Dawn.Id, sounds);
    }

    [Fact]
    public async Task An_analysis_whose_object_was_removed_is_not_found() =>
        Assert.Equal(HttpStatusCode.NotFound, (await ada.GetAsync($"/v1/audio-analysis/{Duet.Id}")).StatusCode);

    [Theory]
    [InlineData("gzip, br", true)]
    [InlineData("br, gzip;q=0.5", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("identity", false)]
    [InlineData(null, false)]
    public async Task The_analysis_is_compressed_for_clients_that_accept_it(string? accepted, bool isCompressed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/audio-analysis/{Dawn.Id}");
        if (accepted is not null) request.Headers.Add("Accept-Encoding", accepted);
        using var response = await ada.SendAsync(request);
        Assert.Equal(isCompressed ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
        Assert.Equal(new MediaTypeHeaderValue("application/json"), response.Content.Headers.ContentType);
        await using var content = await response.Content.ReadAsStreamAsync();
        await using var json = isCompressed ? new GZipStream(content, CompressionMode.Decompress) : content;
        Assert.Equal("118.211", (await JsonNode.ParseAsync(json))!.At("track", "tempo"));
    }
}
