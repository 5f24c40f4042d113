using Spotify.Domain.Ports;
using Spotify.Events;
using Spotify.Web;

namespace Spotify.Functions.Events;

/// <summary>
/// The acceptance of events: divides them by value, publishes one message per topic, and reports the result once it is durable.
/// </summary>
internal sealed class EventService(IMessageBus bus, TelemetryPublisher telemetry, EventMetrics metrics, TimeProvider time)
{
    /// <summary>Accepts the events of a request.</summary>
    /// <exception cref="ApiException">400: the body is not a batch of events.</exception>
    /// <exception cref="BusOverloadedException">The playback events cannot be published. Nothing is acknowledged.</exception>
    public async Task<EventsAnswer> AcceptAsync(Web.Identity.Caller caller, EventsBody body, CancellationToken ct)
    {
        using var intake = Read(caller, body);
        var (playbackCount, telemetryCount) = (intake.Playback?.Count ?? 0, intake.Telemetry?.Count ?? 0);
        var publishing = intake.Playback is { } playback
            ? bus.PublishAsync(Topic.PlaybackEvents, [new Message(playback.Body)], ct)
            : Task.CompletedTask;
        var isPublished = intake.TakeTelemetry() is not { } message ? Task.FromResult(true) : telemetry.TryPublishAsync(message, ct);
        await publishing;
        var dropped = await isPublished ? 0 : telemetryCount;
        metrics.Count(intake, dropsTelemetry: dropped > 0);
        return new EventsAnswer(playbackCount + telemetryCount - dropped, intake.Rejected, dropped);
    }

    private EventIntake Read(Web.Identity.Caller caller, EventsBody body)
    {
        try
        {
            return EventIntake.Read(
                body.Content,
                new EventSource(caller.RequireUser(), caller.Country, caller.Product, caller.ClientId, time.GetUtcNow()));
        }
        catch (FormatException e)
        {
            throw ApiException.BadRequest(e.Message);
        }
    }
}
