using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;
using Spotify.Audio;
using Spotify.Catalog.Contexts;
using Spotify.Domain;
using Spotify.Functions.Playback.Cdn;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.RateLimits;
using Spotify.Web.Requests;
using Spotify.Web.Wire;

namespace Spotify.Functions.Playback;

/// <summary>The endpoints that authorize playback and accept reports of failed downloads.</summary>
public static class PlaybackEndpoints
{
    /// <summary>Registers the playback services. The host registers the signing keys.</summary>
    public static IServiceCollection AddPlayback(this IServiceCollection services)
    {
        services.AddWireJson(PlaybackJson.Default);
        services.AddConfiguredCdns();
        services.AddContexts();
        services.TryAddSingleton<PlaybackContext>();
        services.TryAddSingleton<PlaybackMetrics>();
        services.TryAddSingleton<PlaybackService>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapPlayback(this IEndpointRouteBuilder routes)
    {
        var playback = routes.MapGroup("/v1/playback").WithTags("Playback").WithRateLimit(RateLimitCategory.Playback)
            .RequireScopes(Scopes.Streaming);
        var items = playback.MapGroup("").WithMetadata(
            new RequestParameter("quality", typeof(string), "low, normal, high, very_high or lossless. The default is high."),
            new RequestParameter(
                "codec", typeof(string), "vorbis, aac, flac (in MP4), flac_native, or several in order of preference with commas."),
            new RequestParameter(
                "context_uri", typeof(string), "The album, artist, audiobook, playlist or show being played, or the liked songs."),
            new RequestParameter("offset", typeof(int), $"The position in a playlist or in the liked songs: 0 to {PageRequest.MaxOffset}."),
            new RequestParameter("key", typeof(string), "The key of the item in the context, as the player's state has it."),
            new RequestParameter(
                "next",
                typeof(string),
                $"Up to {PlaybackPlace.MaxNext} URIs or ids of the next items with commas, in place of the context: if it is shuffled."));
        items.MapGet("/tracks/{id}", PlayTrack).WithName("play-track").WithSummary("Authorize playback of a track");
        items.MapGet("/episodes/{id}", PlayEpisode).WithName("play-episode").WithSummary("Authorize playback of an episode");
        items.MapGet("/chapters/{id}", PlayChapter).WithName("play-chapter").WithSummary("Authorize playback of a chapter");
        playback.MapPost("/failures", Report).WithName("report-playback-failure").WithSummary("Report a URL that could not be fetched");
        return routes;
    }

    private static Task<GeneratedJson<PlaybackObject>> PlayTrack(
        string id, HttpContext context, Caller caller, PlaybackService playback, CancellationToken ct) =>
        AuthorizeAsync(EntityType.Track, id, context, caller, playback, ct);

    private static Task<GeneratedJson<PlaybackObject>> PlayEpisode(
        string id, HttpContext context, Caller caller, PlaybackService playback, CancellationToken ct) =>
        AuthorizeAsync(EntityType.Episode, id, context, caller, playback, ct);

    private static Task<GeneratedJson<PlaybackObject>> PlayChapter(
        string id, HttpContext context, Caller caller, PlaybackService playback, CancellationToken ct) =>
        AuthorizeAsync(EntityType.Chapter, id, context, caller, playback, ct);

    private static async Task<GeneratedJson<PlaybackObject>> AuthorizeAsync(
        EntityType type, string id, HttpContext context, Caller caller, PlaybackService playback, CancellationToken ct)
    {
        var request = Read(type, id, context.Request.Query, caller.UserId ?? "");
        var granted = await playback.AuthorizeAsync(request, caller, ApiLinks.For(context), ct);
        context.Response.Headers.CacheControl = "private, no-store";
        return new GeneratedJson<PlaybackObject>(granted, PlaybackJson.Default.PlaybackObject);
    }

    private static NoContent Report(FailureObject? report, Caller caller, FailureReports reports)
    {
        if (string.IsNullOrEmpty(report?.Url)) throw ApiException.BadRequest("Missing url: the URL that could not be fetched");
        return reports.Accept(caller.RequireUser(), report.Url, report.Status) switch
        {
            FailureReportResult.InvalidStatus => throw ApiException.BadRequest("Invalid status: an HTTP status is wanted, or none"),
            FailureReportResult.NotGranted or FailureReportResult.OtherClient =>
                throw ApiException.BadRequest("Invalid url: it was not given to you by this service"),
            FailureReportResult.TooOld => throw ApiException.BadRequest("Invalid url: it expired too long ago"),
            _ => TypedResults.NoContent(),
        };
    }

    private static PlaybackRequest Read(EntityType type, string id, IQueryCollection query, string userId)
    {
        var quality = AudioQuality.High;
        if (query["quality"].ToString() is { Length: > 0 } qualityName && !AudioQualities.TryParse(qualityName, out quality))
            throw ApiException.BadRequest("Invalid quality: low, normal, high, very_high or lossless is wanted");

        IReadOnlyList<Codec> codecs = query["codec"].ToString() is { Length: > 0 } codecNames ? Codecs(codecNames) : [];

        if (!PlaybackPlace.TryParse(query, userId, out var place, out var error)) throw ApiException.BadRequest(error);
        return new PlaybackRequest(type, RequestIds.One(id), quality, codecs, place);
    }

    private static List<Codec> Codecs(string names)
    {
        var codecs = new List<Codec>();
        foreach (var name in names.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Audio.Codecs.TryParse(name, out var codec))
                throw ApiException.BadRequest("Invalid codec: vorbis, aac, flac or flac_native is wanted, or several separated by commas");
            if (!codecs.Contains(codec)) codecs.Add(codec);
        }

        return codecs;
    }
}
