using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Events;
using Spotify.Functions.Licenses.Sync;

namespace Spotify.Functions.PlaybackRecorder;

/// <summary>A row of the table PlayHistory.</summary>
/// <param name="EventId">The id of the event, unique among those of the user.</param>
/// <param name="Uri">The track, episode or chapter.</param>
/// <param name="PlayedAt">When the stream ended, in whole milliseconds.</param>
/// <param name="PlayedMs">The duration that was heard, in milliseconds, at most <paramref name="DurationMs"/>.</param>
/// <param name="DurationMs">The whole duration, in milliseconds; null if unknown.</param>
/// <param name="Reason">The reason why the stream ended.</param>
/// <param name="ContextUri">The playlist, album, artist or show in which the stream was started; null if unknown.</param>
internal sealed record RecordedPlay(
    string EventId, SpotifyUri Uri, DateTimeOffset PlayedAt, long PlayedMs, long? DurationMs, EndReason Reason, string? ContextUri)
{
    private const string Completed = "completed";
    private const string Skipped = "skipped";
    private const string Error = "error";

    /// <summary>
    /// The device that played it without a connection, as named by the app; null for plays with a connection, and if none was recorded.
    /// </summary>
    public string? OfflineDeviceId { get; init; }

    /// <summary>The position at which the stream ended, in milliseconds; null if unknown. Not in the row.</summary>
    public long? PositionMs { get; init; }

    /// <summary>The engagement, in thousandths.</summary>
    public int Engagement { get; } = Spotify.Events.Engagement.Of(Reason, PlayedMs, DurationMs);

    /// <summary>The table.</summary>
    public static Table Table { get; } = Schema.Current.Table("PlayHistory");

    /// <summary>The name of <see cref="Reason"/> in the database and the warehouse.</summary>
    public string ReasonName => Reason switch
    {
        EndReason.Completed => Completed,
        EndReason.Skipped => Skipped,
        _ => Error,
    };

    private bool IsListed =>
        Uri.Type == EntityType.Track && (Reason == EndReason.Completed || PlayedMs >= Spotify.Events.Engagement.MinPlayedMs);

    /// <summary>
    /// Returns a context in which a stream was started if it is an entity of the catalog or a playlist; otherwise null. Other contexts
    /// may contain user ids, which neither the warehouse nor another listener's history may have.
    /// </summary>
    public static string? ContextOf(string? uri) =>
        SpotifyUri.TryParse(uri, out var context) && context.Type != EntityType.User ? uri : null;

    /// <summary>Reads a play from a row.</summary>
    public static RecordedPlay FromRow(Row row) => new(
        row.String("EventId"),
        new SpotifyUri(
            SpotifyUri.TryParseType(row.String("Type"), out var type) ? type : EntityType.Track, row.String("PlayableId")),
        row.Timestamp("PlayedAt"),
        row.Int64("PlayedMs"),
        row.Int64OrNull("DurationMs"),
        row.String("EndReason") switch { Completed => EndReason.Completed, Skipped => EndReason.Skipped, _ => EndReason.Error },
        row.StringOrNull("ContextUri"));

    /// <summary>Returns the mutations that insert the row and, for an offline play, that of <c>OfflinePlays</c>.</summary>
    public IEnumerable<Mutation> Inserts(string userId)
    {
        yield return Insert(userId);
        if (OfflinePlay.Of(EventId, OfflineDeviceId, PlayedAt, PlayedMs) is { } offline) yield return offline.Upsert(userId);
    }

    private Mutation Insert(string userId) => Mutation.Insert(
        Table,
        ("UserId", userId),
        ("EventId", EventId),
        ("PlayedAt", PlayedAt),
        ("Type", SpotifyUri.WireName(Uri.Type)),
        ("PlayableId", Uri.Id),
        ("PlayedMs", PlayedMs),
        ("DurationMs", DurationMs),
        ("EndReason", ReasonName),
        ("Engagement", (long)Engagement),
        ("IsListed", IsListed),
        ("ContextUri", ContextUri));
}
