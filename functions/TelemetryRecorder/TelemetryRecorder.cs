using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events;

namespace Spotify.Functions.TelemetryRecorder;

/// <summary>
/// The consumer of telemetry. Appends rows to the warehouse that contain no personal data: neither listener nor device, no URIs of users,
/// and a hash as the id. A redelivery appends the same rows again, and views have one row per event id.
/// </summary>
public sealed class TelemetryRecorder(IWarehouse warehouse) : IMessageConsumer<EventBatch>
{
    private static readonly WarehouseTable Telemetry = WarehouseSchema.Current.Table("telemetry");

    /// <inheritdoc/>
    public Task HandleAsync(EventBatch batch, MessageContext message, CancellationToken ct) =>
        batch.Events.Count == 0
            ? Task.CompletedTask
            : warehouse.AppendAsync(Telemetry, [.. batch.Events.Select(@event => RowOf(batch, @event))], ct);

    private static WarehouseRow RowOf(EventBatch batch, ClientEvent @event) => Telemetry.Row(
        @event.Timestamp,
        ("event_id", IdOf(batch.UserId, @event.Id)),
        ("market", batch.Country),
        ("type", JsonNamingPolicy.SnakeCaseLower.ConvertName(@event.Type.ToString())),
        ("uri", WithoutUser(@event.Uri)),
        ("happened_at", @event.Timestamp),
        ("received_at", batch.ReceivedAt),
        ("played_ms", @event.PlayedMs),
        ("duration_ms", @event.DurationMs),
        ("context_uri", WithoutUser(@event.ContextUri)),
        ("app_id", batch.AppId));

    // Ids of events are unique among those of a user only.
    private static string IdOf(string userId, string eventId) =>
        SpotifyId.FromHash(SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}\0{eventId}")));

    private static string? WithoutUser(string? uri) =>
        SpotifyUri.TryParse(uri, out var parsed) && parsed.Type != EntityType.User ? uri : null;
}
