using System.Globalization;
using Microsoft.Extensions.Logging;
using Spotify.Audio;
using Spotify.Domain;
using Spotify.Domain.Catalog;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.Playback.Cdn;
using Spotify.Web;
using Spotify.Web.Identity;

namespace Spotify.Functions.Playback;

/// <summary>What is asked for.</summary>
/// <param name="Type">Track, episode or chapter.</param>
/// <param name="Id">Which.</param>
/// <param name="Quality">How good it should be.</param>
/// <param name="Codecs">What the client can play, best liked first; empty: anything.</param>
/// <param name="Context">What it is played from, if that is known.</param>
/// <param name="Offset">Its place there, from 0, if that is known.</param>
public sealed record PlaybackRequest(EntityType Type, string Id, AudioQuality Quality, IReadOnlyList<Codec> Codecs, SpotifyUri? Context, int? Offset);

/// <summary>
/// Decides whether a listener may hear something now, and if so where it is fetched from. Everything the decision needs is read in
/// one round trip.
/// </summary>
public sealed partial class PlaybackService(
    IDatabase database, PlaybackContext contexts, CdnSelector cdns, CdnUrls cdnUrls, CdnHealth health, TimeProvider time, PlaybackMetrics metrics, ILogger<PlaybackService> logger)
{
    /// <summary>How long a URL is good.</summary>
    public static readonly TimeSpan UrlLifetime = TimeSpan.FromHours(1);

    // The next tracks are a courtesy: what the decision left of its 30 ms.
    private static readonly TimeSpan PrefetchBudget = TimeSpan.FromMilliseconds(20);

    private const int PrefetchCount = 3;

    // Some of what comes next may not be played.
    private const int PrefetchCandidates = 20;

    private static readonly Statement Authorization = new(
        """
        SELECT Playables.PlayableId, Playables.Type, Playables.ParentId, Playables.DiscNumber, Playables.Number, Playables.DurationMs,
          Playables.Popularity, Playables.Explicit, Playables.Markets, Playables.AvailableFrom, Playables.AvailableUntil, Playables.Revision,
          Playables.Encodings, Playables.GainDb, Users.Country, Users.Product, Users.ExplicitFilter
        FROM Playables LEFT JOIN Users ON Users.UserId = @user
        WHERE Playables.PlayableId = @id
        """,
        ("id", ColumnType.String), ("user", ColumnType.String));

    /// <summary>Authorises playback.</summary>
    /// <exception cref="ApiException">
    /// 404: there is no such thing, or no audio of it that the client can play. 403 with a reason: <c>NOT_RELEASED</c>,
    /// <c>MARKET_RESTRICTED</c>, <c>EXPLICIT_BLOCKED</c> or <c>PREMIUM_REQUIRED</c>.
    /// </exception>
    public async Task<PlaybackObject> AuthorizeAsync(PlaybackRequest request, Caller caller, ApiLinks links, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var userId = caller.RequireUser();
        var rows = database.QueryAsync(Authorization, new Parameters { { "id", request.Id }, { "user", userId } }, null, ct);
        var row = await rows.FirstOrDefaultAsync(ct);
        if (row is null || row.String("Type") != SpotifyUri.WireName(request.Type)) throw ApiException.NotFound();

        var listener = Listener.Of(row, caller);
        var now = time.GetUtcNow();
        var refusal = Refuse(row, listener, now);
        if (refusal is not null) throw Denied(refusal);
        var encodings = row.StringOrNull("Encodings") is { } text ? EncodingList.Parse(text) : [];
        if (encodings.Count == 0) throw ApiException.NotFound("There is no audio of it yet");
        if (EncodingChoice.Choose(encodings, request.Quality, request.Codecs, listener.Product) is not { } choice)
            throw encodings.Exists(encoding => request.Codecs.Contains(encoding.Codec))
                ? Denied("PREMIUM_REQUIRED")
                : ApiException.NotFound("There is no audio of it in the codecs asked for");

        var urls = new PlaybackUrls(cdnUrls, cdns.Rank(listener.Country), userId, now + UrlLifetime, links.BaseUrl);
        var prefetch = await PrefetchAsync(request, row, userId, listener, urls, ct);
        var path = ObjectPath(row, choice.Encoding);
        var answer = new PlaybackObject(
            urls.Sign(path),
            urls.ExpiresAt.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            choice.Encoding.Quality.WireName,
            request.Quality.WireName,
            choice.LimitedByPlan ? "PREMIUM_REQUIRED" : null,
            choice.Encoding.Codec.WireName,
            choice.Encoding.BitrateKbps,
            choice.Encoding.SizeBytes,
            row.Int32("DurationMs"),
            row.Float64OrNull("GainDb") ?? 0,
            urls.Sign(path + ".seek.json"),
            urls.Cdn,
            urls.Alternatives(path),
            prefetch);
        health.RecordGrant(urls.Cdn, userId);
        metrics.Granted(urls.Cdn, choice.Encoding, time.GetElapsedTime(started));
        return answer;
    }

    private static string? Refuse(Row row, Listener listener, DateTimeOffset now)
    {
        var rights = new Rights(new MarketSet(row.String("Markets")), row.TimestampOrNull("AvailableFrom"), row.TimestampOrNull("AvailableUntil"));
        return rights.Restricts(listener.Country, now) switch
        {
            Restriction.Market => "MARKET_RESTRICTED",
            Restriction.NotReleased => "NOT_RELEASED",
            _ => row.Bool("Explicit") && listener.ExplicitFilter ? "EXPLICIT_BLOCKED" : null,
        };
    }

    private ApiException Denied(string reason)
    {
        metrics.Denied(reason);
        return new ApiException(StatusCodes.Status403Forbidden, reason switch
        {
            "MARKET_RESTRICTED" => "It is not available in your market",
            "NOT_RELEASED" => "It has not been released yet",
            "EXPLICIT_BLOCKED" => "It is explicit, and your account filters that",
            _ => "It takes a paid plan",
        }, reason);
    }

    private async Task<IReadOnlyList<PrefetchObject>> PrefetchAsync(
        PlaybackRequest request, Row current, string userId, Listener listener, PlaybackUrls urls, CancellationToken ct)
    {
        if (request.Context is not { } context) return [];
        using var budget = new CancellationTokenSource(PrefetchBudget, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, ct);
        var next = new List<PrefetchObject>(PrefetchCount);
        try
        {
            await foreach (var row in contexts.NextAsync(context, request.Offset, current, userId, listener.Country, PrefetchCandidates, either.Token))
            {
                if (Refuse(row, listener, urls.ExpiresAt - UrlLifetime) is not null || row.StringOrNull("Encodings") is not { } text) continue;
                if (EncodingChoice.Choose(EncodingList.Parse(text), request.Quality, request.Codecs, listener.Product) is not { } choice) continue;
                var path = ObjectPath(row, choice.Encoding);
                var id = row.String("PlayableId");
                next.Add(new PrefetchObject(
                    id,
                    $"spotify:{row.String("Type")}:{id}",
                    urls.Sign(path),
                    choice.Encoding.Quality.WireName,
                    choice.Encoding.Codec.WireName,
                    choice.Encoding.BitrateKbps,
                    choice.Encoding.SizeBytes,
                    row.Int32("DurationMs"),
                    row.Float64OrNull("GainDb") ?? 0,
                    urls.Sign(path + ".seek.json")));
                if (next.Count == PrefetchCount) break;
            }
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogPrefetchFailed(logger, context, e);
        }

        return next;
    }

    /// <summary>The path of an encoding's object, from <c>Type</c>, <c>PlayableId</c> and <c>Revision</c> of a row.</summary>
    internal static string ObjectPath(Row row, AudioEncoding encoding) =>
        $"/{row.String("Type")}s/{row.String("PlayableId")}/{row.String("Revision")}/{encoding.FileName}";

    [LoggerMessage(LogLevel.Warning, "The next of {Context} could not be read; playback goes on without.")]
    private static partial void LogPrefetchFailed(ILogger logger, SpotifyUri context, Exception exception);

    /// <summary>What the decision needs of a user: by the row, or by the token until there is one.</summary>
    private readonly record struct Listener(string Country, Product Product, bool ExplicitFilter)
    {
        public static Listener Of(Row row, Caller caller) => row.StringOrNull("Country") is { } country
            ? new Listener(country, Products.TryParse(row.String("Product"), out var product) ? product : Product.Free, row.Bool("ExplicitFilter"))
            : new Listener(caller.Country ?? "", caller.Product, false);
    }
}
