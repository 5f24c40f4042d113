using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events;

namespace Spotify.Functions.PlaybackRecorder;

/// <summary>
/// A writer of plays, ad impressions and library changes to the warehouse. The rows have the listener's pseudonym and no text that could
/// name a person.
/// </summary>
public sealed class WarehouseWriter(IWarehouse warehouse)
{
    // Longer URIs are not those of an ad.
    private const int MaxAdUriLength = 256;

    private static readonly WarehouseTable Plays = WarehouseSchema.Current.Table("plays");
    private static readonly WarehouseTable AdImpressions = WarehouseSchema.Current.Table("ad_impressions");
    private static readonly WarehouseTable LibraryChanges = WarehouseSchema.Current.Table("library_changes");

    /// <summary>Appends the rows of a message. Can be repeated.</summary>
    /// <exception cref="PoisonMessageException">The warehouse rejects a row.</exception>
    internal async Task AppendAsync(
        EventBatch batch,
        RecordedEvents recorded,
        IReadOnlyDictionary<SpotifyUri, CatalogEntry> catalog,
        CancellationToken ct)
    {
        var (listener, devices) = (recorded.Listener, batch.Events.ToLookup(e => e.Id, e => e.DeviceId));
        try
        {
            await Task.WhenAll(
                AppendAsync(Plays, [.. recorded.Plays.Select(play => RowOf(play.Play))]),
                AppendAsync(AdImpressions, [.. recorded.Ads.Select(AdOf)]),
                AppendAsync(LibraryChanges, [.. batch.Changes.Select(ChangeOf)]));
        }
        catch (ArgumentException e)
        {
            throw new PoisonMessageException($"The warehouse rejects a row: {e.Message}", e);
        }

        Task AppendAsync(WarehouseTable table, IReadOnlyList<WarehouseRow> rows) =>
            rows.Count > 0 ? warehouse.AppendAsync(table, rows, ct) : Task.CompletedTask;

        WarehouseRow RowOf(RecordedPlay play) => Plays.Row(
            play.PlayedAt,
            ("event_id", play.EventId),
            ("listener_id", listener.Id),
            ("market", listener.Country),
            ("type", SpotifyUri.WireName(play.Uri.Type)),
            ("playable_id", play.Uri.Id),
            ("artist_ids", catalog.GetValueOrDefault(play.Uri)?.ArtistIds),
            ("ended_at", play.PlayedAt),
            ("received_at", batch.ReceivedAt),
            ("played_ms", play.PlayedMs),
            ("duration_ms", play.DurationMs),
            ("end_reason", play.ReasonName),
            ("engagement", (long)play.Engagement),
            ("context_uri", play.ContextUri),
            ("device_id", DeviceOf(devices[play.EventId].First())),
            ("app_id", batch.AppId),
            ("is_private", listener.IsPrivate(play)));

        WarehouseRow AdOf(ClientEvent ad) => AdImpressions.Row(
            ad.Timestamp,
            ("event_id", ad.Id),
            ("listener_id", listener.Id),
            ("market", listener.Country),
            ("ad_uri", ad.Uri is { Length: <= MaxAdUriLength } uri ? uri : null),
            ("happened_at", ad.Timestamp),
            ("received_at", batch.ReceivedAt),
            ("played_ms", ad.PlayedMs),
            ("duration_ms", ad.DurationMs),
            ("context_uri", RecordedPlay.ContextOf(ad.ContextUri)),
            ("device_id", DeviceOf(ad.DeviceId)),
            ("app_id", batch.AppId));

        WarehouseRow ChangeOf(LibraryChange change) => LibraryChanges.Row(
            change.At,
            ("event_id", change.Id),
            ("listener_id", listener.Id),
            ("market", listener.Country),
            ("kind", KindOf(change.Kind)),
            ("item_type", SpotifyUri.WireName(UriOf(change).Type)),
            ("item_id", UriOf(change).Id),
            ("playlist_uri", change.PlaylistUri),
            ("changed_at", change.At),
            ("received_at", batch.ReceivedAt));
    }

    // Apps may use the name that the listener has given the device.
    private static string? DeviceOf(string? device) => device is null ? null : SpotifyId.FromName(device);

    private static string KindOf(LibraryChangeKind kind) => kind switch
    {
        LibraryChangeKind.Saved => "saved",
        LibraryChangeKind.Removed => "removed",
        _ => "added_to_playlist",
    };

    private static SpotifyUri UriOf(LibraryChange change) => SpotifyUri.TryParse(change.Uri, out var uri)
        ? uri
        : throw new PoisonMessageException($"The change {change.Id} has an invalid URI.");
}
