using Microsoft.Extensions.Logging;
using Spotify.Audio;
using Spotify.Catalog.Contexts;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Functions.Playback.Cdn;
using Spotify.Player;
using Spotify.Web;
using Spotify.Web.Identity;
using Spotify.Web.Wire;

namespace Spotify.Functions.Playback;

/// <summary>A request to play a track, episode or chapter.</summary>
/// <param name="Type">Track, episode or chapter.</param>
/// <param name="Id">The id.</param>
/// <param name="Quality">The preferred quality.</param>
/// <param name="Codecs">Codecs the client supports, in order of preference. Empty means any.</param>
/// <param name="Place">The place in what is played; null if unknown.</param>
public sealed record PlaybackRequest(
    EntityType Type,
    string Id,
    AudioQuality Quality,
    IReadOnlyList<Codec> Codecs,
    PlaybackPlace? Place);

/// <summary>
/// A service that authorizes playback and issues signed URLs. Reads all data for the decision in one round trip, which the nearest replica
/// answers.
/// </summary>
/// <remarks>
/// A grant may be based on data that is ten seconds old, because URLs that were issued before a change stay valid for an hour anyway: an
/// explicit filter, or the better qualities of a new plan, take effect within ten seconds. A refusal is always based on current data, so
/// that listeners who have just upgraded, moved or turned off the filter are not refused, and a new track plays at once.
/// </remarks>
public sealed partial class PlaybackService(
    IDatabase database,
    PlaybackContext contexts,
    CdnSelector cdns,
    CdnUrls cdnUrls,
    CdnHealth health,
    TimeProvider time,
    PlaybackMetrics metrics,
    ILogger<PlaybackService> logger)
{
    /// <summary>How long a signed URL is valid.</summary>
    public static readonly TimeSpan UrlLifetime = TimeSpan.FromHours(1);

    // Prefetch is best effort: it gets what remains of the 30 ms budget.
    private static readonly TimeSpan PrefetchBudget = TimeSpan.FromMilliseconds(20);

    /// <summary>The suffix of a seek index, after the name of the encoding's object.</summary>
    internal const string SeekIndexSuffix = ".seek.json";

    private const int PrefetchCount = PlaybackPlace.MaxNext;

    private static readonly Statement Authorization = new(
        $"""
        SELECT {PlaybackItem.Columns}, {PlaybackListener.Columns}
        FROM Playables LEFT JOIN Users ON Users.UserId = @user
        WHERE Playables.PlayableId = @id
        """,
        ("id", ColumnType.String), ("user", ColumnType.String));

    /// <summary>Authorizes playback and returns signed URLs for the item and for the next items in its context.</summary>
    /// <exception cref="ApiException">
    /// 404: the item does not exist, or has no audio that the client can play. 403 with a reason: <c>NOT_RELEASED</c>,
    /// <c>MARKET_RESTRICTED</c>, <c>EXPLICIT_BLOCKED</c> or <c>PREMIUM_REQUIRED</c>.
    /// </exception>
    public async Task<PlaybackObject> AuthorizeAsync(PlaybackRequest request, Caller caller, ApiLinks links, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var userId = caller.RequireUser();
        var now = time.GetUtcNow();
        var decision = Decide(await ReadAsync(request, userId, Staleness.Recent, ct), request, caller, now);
        if (!decision.IsFinal) decision = Decide(await ReadAsync(request, userId, null, ct), request, caller, now);
        if (decision.Error is { } error)
        {
            if (error.Reason is { } reason) metrics.Denied(reason);
            throw error;
        }

        var (item, listener, choice) = (decision.Item, decision.Listener, decision.Choice);
        var urls = new PlaybackUrls(cdnUrls, cdns.Rank(listener.Country), userId, now + UrlLifetime, links.BaseUrl);
        var prefetch = await PrefetchAsync(request, item, caller, listener, urls, ct);
        var path = item.ObjectPath(choice.Encoding);
        var samples = choice.Encoding.KnownSamples;
        var answer = new PlaybackObject(
            Url: urls.Sign(path),
            ExpiresAt: ApiTime.Format(urls.ExpiresAt),
            Quality: choice.Encoding.Quality.WireName,
            RequestedQuality: request.Quality.WireName,
            LimitedBy: choice.LimitedByPlan ? "PREMIUM_REQUIRED" : null,
            Codec: choice.Encoding.Codec.WireName,
            BitrateKbps: choice.Encoding.BitrateKbps,
            SizeBytes: choice.Encoding.SizeBytes,
            DurationMs: item.DurationMs,
            GainDb: item.Loudness.GainDb,
            PeakDb: item.Loudness.PeakDb,
            AlbumGainDb: item.Loudness.AlbumGainDb,
            AlbumPeakDb: item.Loudness.AlbumPeakDb,
            SampleRate: samples?.SampleRate,
            TotalSamples: samples?.Total,
            EncoderDelay: samples?.EncoderDelay,
            EncoderPadding: samples?.EncoderPadding,
            SeekIndexUrl: urls.Sign(path + SeekIndexSuffix),
            Cdn: urls.Cdn,
            Alternatives: urls.Alternatives(path),
            Prefetch: prefetch);
        health.RecordGrant(urls.Cdn, userId);
        metrics.Granted(urls.Cdn, choice.Encoding, time.GetElapsedTime(started));
        return answer;
    }

    private ValueTask<Row?> ReadAsync(PlaybackRequest request, string userId, Staleness? staleness, CancellationToken ct) => database
        .QueryAsync(Authorization, new Parameters { { "id", request.Id }, { "user", userId } }, staleness, ct)
        .FirstOrDefaultAsync(ct);

    private static Decision Decide(Row? row, PlaybackRequest request, Caller caller, DateTimeOffset now)
    {
        if (row is null || row.String("Type") != SpotifyUri.WireName(request.Type)) return new(ApiException.NotFound());
        var (item, known) = (PlaybackItem.FromRow(row), PlaybackListener.FromRow(row));
        var listener = known ?? new PlaybackListener(caller.Country ?? "", caller.Product, ExplicitFilter: false);
        if (listener.Refusal(item, now) is { } reason) return new(Denial(reason));
        if (item.Encodings.Count == 0) return new(ApiException.NotFound("There is no audio of it yet"));
        if (EncodingChoice.Choose(item.Encodings, request.Quality, request.Codecs, listener.Product) is { } choice)
            return new(null, item, listener, choice, HasRow: known is not null);
        return new(item.Encodings.Any(encoding => request.Codecs.Contains(encoding.Codec))
            ? Denial("PREMIUM_REQUIRED")
            : ApiException.NotFound("There is no audio of it in the codecs asked for"));
    }

    private static ApiException Denial(string reason) => new(
        StatusCodes.Status403Forbidden,
        reason switch
        {
            "MARKET_RESTRICTED" => "It is not available in your market",
            "NOT_RELEASED" => "It has not been released yet",
            "EXPLICIT_BLOCKED" => "It is explicit, and your account filters that",
            _ => "It takes a paid plan",
        },
        reason);

    private async Task<IReadOnlyList<PrefetchObject>> PrefetchAsync(
        PlaybackRequest request, PlaybackItem current, Caller caller, PlaybackListener listener, PlaybackUrls urls, CancellationToken ct)
    {
        if (request.Place is not { } place) return [];
        if (place is { Next: [], Context.Type: PlayContext.Collection } && !caller.Scopes.HasFlag(Scopes.UserLibraryRead)) return [];
        var reader = new ContextListener(
            caller.RequireUser(), listener.Country, listener.ExplicitFilter, caller.Scopes.HasFlag(Scopes.PlaylistReadPrivate));
        using var budget = new CancellationTokenSource(PrefetchBudget, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, ct);
        var next = new List<PrefetchObject>(PrefetchCount);
        try
        {
            await foreach (var item in contexts.NextAsync(place, current, reader, either.Token))
            {
                if (listener.Refusal(item, urls.ExpiresAt - UrlLifetime) is not null) continue;
                if (EncodingChoice.Choose(item.Encodings, request.Quality, request.Codecs, listener.Product) is not { } choice) continue;
                next.Add(Prefetch(item, choice.Encoding, urls));
                if (next.Count == PrefetchCount) break;
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (budget.IsCancellationRequested) LogPrefetchTimedOut(logger, place.Context?.Uri);
            else LogPrefetchFailed(logger, place.Context?.Uri, e);
        }

        return next;
    }

    private static PrefetchObject Prefetch(PlaybackItem item, AudioEncoding encoding, PlaybackUrls urls)
    {
        var path = item.ObjectPath(encoding);
        var samples = encoding.KnownSamples;
        return new PrefetchObject(
            Id: item.Uri.Id,
            Uri: item.Uri.ToString(),
            Url: urls.Sign(path),
            Quality: encoding.Quality.WireName,
            Codec: encoding.Codec.WireName,
            BitrateKbps: encoding.BitrateKbps,
            SizeBytes: encoding.SizeBytes,
            DurationMs: item.DurationMs,
            GainDb: item.Loudness.GainDb,
            PeakDb: item.Loudness.PeakDb,
            AlbumGainDb: item.Loudness.AlbumGainDb,
            AlbumPeakDb: item.Loudness.AlbumPeakDb,
            SampleRate: samples?.SampleRate,
            TotalSamples: samples?.Total,
            EncoderDelay: samples?.EncoderDelay,
            EncoderPadding: samples?.EncoderPadding,
            SeekIndexUrl: urls.Sign(path + SeekIndexSuffix));
    }

    [LoggerMessage(LogLevel.Warning, "The next items of {Context} could not be read; the response has no prefetch URLs for them.")]
    private static partial void LogPrefetchFailed(ILogger logger, string? context, Exception exception);

    [LoggerMessage(LogLevel.Debug, "The next items of {Context} were not read in time; the response has no prefetch URLs for them.")]
    private static partial void LogPrefetchTimedOut(ILogger logger, string? context);

    /// <summary>A grant, or the error of a refusal.</summary>
    /// <remarks>The plan and the country come from the user's row, or from the token if there is no row yet.</remarks>
    private readonly record struct Decision(
        ApiException? Error, PlaybackItem Item, PlaybackListener Listener, EncodingChoice Choice, bool HasRow)
    {
        public Decision(ApiException error) : this(error, null!, default, default, HasRow: false)
        {
        }

        /// <summary>Whether current data could only lead to the same decision or to one that may wait.</summary>
        public bool IsFinal => Error is null && HasRow;
    }
}
