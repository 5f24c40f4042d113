using System.IO.Compression;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Spotify.Audio.Features;
using Spotify.Catalog;
using Spotify.Domain;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Recommendations;

/// <summary>The endpoints for the audio features and analyses of tracks.</summary>
public static class AudioFeatureEndpoints
{
    private const string Gzip = "gzip";

    /// <summary>Registers the services.</summary>
    public static IServiceCollection AddAudioFeatures(this IServiceCollection services)
    {
        services.AddWireJson(AudioFeatureJson.Default);
        services.AddWireJson(AudioAnalysisJson.Default);
        services.TryAddSingleton<AudioFeatureService>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapAudioFeatures(this IEndpointRouteBuilder routes)
    {
        var features = routes.MapGroup("/v1/audio-features").WithTags("Tracks").RequireNoScope();
        features.MapGet("/{id}", GetFeatures).WithName("get-audio-features").WithSummary("Get Track's Audio Features");
        features.MapGet("/", GetSeveralFeatures)
            .WithName("get-several-audio-features").WithSummary("Get Several Tracks' Audio Features");
        routes.MapGet("/v1/audio-analysis/{id}", GetAnalysis).WithTags("Tracks").RequireNoScope()
            .WithName("get-audio-analysis").WithSummary("Get Track's Audio Analysis").Produces<AudioAnalysis>();
        return routes;
    }

    private static async Task<Ok<AudioFeaturesObject>> GetFeatures(
        string id, HttpContext context, AudioFeatureService service, CancellationToken ct)
    {
        var track = (await service.FeaturesAsync([RequestIds.One(id)], ct))[0] ?? throw ApiException.NotFound();
        return TypedResults.Ok(AudioFeaturesObject.Of(track, ApiLinks.For(context)));
    }

    private static async Task<Ok<AudioFeatureList>> GetSeveralFeatures(
        string? ids, HttpContext context, AudioFeatureService service, CancellationToken ct)
    {
        var tracks = await service.FeaturesAsync(RequestIds.Several(ids, CatalogReader.MaxIds), ct);
        var links = ApiLinks.For(context);
        return TypedResults.Ok(new AudioFeatureList(
            [.. tracks.Select(track => track is null ? null : AudioFeaturesObject.Of(track, links))]));
    }

    private static async Task<FileStreamHttpResult> GetAnalysis(
        string id, HttpContext context, AudioFeatureService service, CancellationToken ct)
    {
        var content = await service.OpenAnalysisAsync(RequestIds.One(id), ct);
        context.Response.Headers.Vary = "Accept-Encoding";
        if (context.Request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value == Gzip && encoding.Quality is not 0))
            context.Response.Headers.ContentEncoding = Gzip;
        else content = new GZipStream(content, CompressionMode.Decompress);
        return TypedResults.Stream(content, AudioAnalysis.MediaType);
    }
}

/// <summary>The audio features of several tracks; null for tracks without features.</summary>
public sealed record AudioFeatureList(IReadOnlyList<AudioFeaturesObject?> AudioFeatures);

/// <summary>The audio features of a track, as in the Web API.</summary>
public sealed record AudioFeaturesObject(
    double Acousticness,
    string AnalysisUrl,
    double Danceability,
    int DurationMs,
    double Energy,
    string Id,
    double Instrumentalness,
    int Key,
    double Liveness,
    double Loudness,
    int Mode,
    double Speechiness,
    double Tempo,
    int TimeSignature,
    string TrackHref,
    string Type,
    string Uri,
    double Valence)
{
    /// <summary>Returns the object for a track.</summary>
    public static AudioFeaturesObject Of(TrackAudioFeatures track, ApiLinks links) => new(
        Acousticness: track.Features.Acousticness,
        AnalysisUrl: links.Path($"/v1/audio-analysis/{track.PlayableId}"),
        Danceability: track.Features.Danceability,
        DurationMs: track.DurationMs,
        Energy: track.Features.Energy,
        Id: track.PlayableId,
        Instrumentalness: track.Features.Instrumentalness,
        Key: track.Features.Key,
        Liveness: track.Features.Liveness,
        Loudness: track.Features.Loudness,
        Mode: track.Features.Mode,
        Speechiness: track.Features.Speechiness,
        Tempo: track.Features.Tempo,
        TimeSignature: track.Features.TimeSignature,
        TrackHref: links.Href(EntityType.Track, track.PlayableId),
        Type: "audio_features",
        Uri: new SpotifyUri(EntityType.Track, track.PlayableId).ToString(),
        Valence: track.Features.Valence);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AudioFeaturesObject))]
[JsonSerializable(typeof(AudioFeatureList))]
internal sealed partial class AudioFeatureJson : JsonSerializerContext;
