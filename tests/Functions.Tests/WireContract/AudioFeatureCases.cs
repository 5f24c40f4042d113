using System.Net;
using Spotify.Audio.Features;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using static Spotify.Fixtures.TestCatalog;

namespace Spotify.Functions.Tests.WireContract;

/// <summary>The cases of audio features and analyses.</summary>
internal static class AudioFeatureCases
{
    /// <summary>The revision of the track with features.</summary>
    public const string Revision = "rev";

    private static readonly string Missing = SpotifyId.FromName("missing");

    public static IEnumerable<ContractCase> All =>
    [
        new("audio-features", "get-audio-features", $"GET /v1/audio-features/{Duet.Id}"),
        new("audio-features-app", "get-audio-features", $"GET /v1/audio-features/{Duet.Id}", Sender: Sender.App),
        new("audio-features-none", "get-audio-features", $"GET /v1/audio-features/{Dawn.Id}", HttpStatusCode.NotFound),
        new("audio-features-bad-id", "get-audio-features", "GET /v1/audio-features/x", HttpStatusCode.BadRequest),
        new("audio-features-several", "get-several-audio-features", $"GET /v1/audio-features?ids={Missing},{Duet.Id},{Dawn.Id}"),
        new("audio-features-without-ids", "get-several-audio-features", "GET /v1/audio-features", HttpStatusCode.BadRequest),
        new("audio-analysis", "get-audio-analysis", $"GET /v1/audio-analysis/{Duet.Id}"),
        new("audio-analysis-none", "get-audio-analysis", $"GET /v1/audio-analysis/{Dawn.Id}", HttpStatusCode.NotFound),
        new("audio-analysis-bad-id", "get-audio-analysis", "GET /v1/audio-analysis/x", HttpStatusCode.BadRequest),
    ];

    /// <summary>Features of a sound.</summary>
    public static AudioFeatures Features { get; } = new(
        118.211, 9, 0, 4, -5.883, 0.842, 0.585, 0.428, 0.0024, 0.0069, 0.0556, 0.0866,
        AudioEmbedding.Of([.. Enumerable.Range(0, AudioEmbedding.Dimensions).Select(i => MathF.Sin(i))]));

    /// <summary>The mutations that give a track features.</summary>
    public static IEnumerable<Mutation> Mutations => Write(Duet.Id);

    /// <summary>Returns the mutations that give a track features.</summary>
    public static IEnumerable<Mutation> Write(string trackId) =>
    [
        CatalogWriter.WriteAudio(trackId, Revision, "", 0, null), AudioFeatureRows.Write(trackId, Revision, Features),
    ];

    /// <summary>Writes the analysis of a track.</summary>
    public static Task WriteAnalysisAsync(IObjectStore store, string trackId)
    {
        var analysis = new AudioAnalysis(
            new AnalysisMeta("1.0.0", ".NET", "OK", 0, "ffmpeg mono 22050"),
            new AnalysisTrack(44_100, 2, "", 0, 0, 22_050, 1, 0, 2, -5.883, 118.211, 0.73, 4, 0.994, 9, 0.408, 0, 0.485),
            [new TimeInterval(0.12, 1.8, 0.5)],
            [new TimeInterval(0.12, 0.5, 0.9), new TimeInterval(0.62, 0.5, 0.8)],
            [new TimeInterval(0.12, 0.25, 0.9)],
            [new AnalysisSection(0, 2, 1, -6, 118.211, 0.6, -1, 0, -1, 0, 4, 1)],
            [new AnalysisSegment(0, 2, 0.4, -23, -14, 0.07, -20, [.. Enumerable.Repeat(0.5, 12)], [.. Enumerable.Repeat(-1.5, 12)])]);
        var options = new WriteOptions("application/gzip", Immutable: true);
        return store.WriteAsync(
            $"tracks/{trackId}/{Revision}/{AudioAnalysis.FileName}", new MemoryStream(analysis.ToGzip()), options, default);
    }
}
