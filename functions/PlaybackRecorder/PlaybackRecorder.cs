using System.Text.Json;
using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Events;

namespace Spotify.Functions.PlaybackRecorder;

/// <summary>
/// The consumer of playback events. Records each event once: plays in the history, resume points of episodes and chapters, everything in
/// the warehouse, and plays and starts in the topic <c>taste-updates</c>. The message is acknowledged after all effects. A redelivery
/// repeats each of them safely: the database has one row per event id, of resume points the newest time wins, the warehouse is read
/// through views with one row per event id, and readers of the topic know the event ids.
/// </summary>
public sealed class PlaybackRecorder(
    ListenerReader listeners,
    PlayableReader playables,
    PlayStore store,
    WarehouseWriter warehouse,
    ResumePointWriter resumePoints,
    IMessageBus bus,
    RecorderMetrics metrics,
    TimeProvider time) : IMessageConsumer<EventBatch>
{
    /// <summary>The maximum length of an event id, in characters.</summary>
    private const int MaxEventIdLength = 64;

    /// <summary>
    /// The age from which an event is dropped: a day less than the history has the record of event ids. Only dead letters that are replayed
    /// much later are so old.
    /// </summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(89);

    /// <inheritdoc/>
    /// <exception cref="PoisonMessageException">An event, a change or the user is invalid.</exception>
    public async Task HandleAsync(EventBatch batch, MessageContext message, CancellationToken ct)
    {
        Check(batch);
        var events = Recent(batch);
        var streams = Streams(events);
        var listener = listeners.FindRecentAsync(batch.UserId, ct).AsTask();
        var finding = playables.FindAsync(streams.Select(stream => stream.Uri), ct).AsTask();
        await Task.WhenAll(listener, finding);
        var catalog = await finding;
        var known = streams.Where(stream => catalog.ContainsKey(stream.Uri)).ToLookup(stream => stream.Event.Type);
        var plays = known[EventType.StreamEnd].Select(stream => PlayOf(stream.Event, stream.Uri, catalog[stream.Uri])).ToList();
        var ads = events.Where(e => e.Type == EventType.AdImpression).ToList();
        if (await store.RecordAsync(batch, await listener, plays, ads, ct) is not { } recorded)
        {
            metrics.Dropped("account_removed", events.Count + batch.Changes.Count);
            return;
        }

        await Task.WhenAll(
            warehouse.AppendAsync(batch, recorded, catalog, ct),
            resumePoints.WriteAsync(batch.UserId, plays, recorded.Plays.Select(play => play.Play), ct),
            PublishAsync(batch, recorded, [.. known[EventType.StreamStart].Select(StartOf)], ct));
        metrics.Recorded(recorded.Plays.Count(play => play.IsNew));
        metrics.Dropped("not_in_catalog", streams.Count - known.Sum(ofType => ofType.Count()));
    }

    private static void Check(EventBatch batch)
    {
        if (!User.IsValidId(batch.UserId)) throw new PoisonMessageException("The user id is invalid.");
        for (var i = 0; i < batch.Events.Count; i++)
            if (Problem(batch.Events[i]) is { } problem) throw new PoisonMessageException($"Event {i}: {problem}.");

        static string? Problem(ClientEvent e) =>
            e.Id is not { Length: > 0 and <= MaxEventIdLength } ? $"the id must have 1 to {MaxEventIdLength} characters"
            : e.Type is EventType.StreamStart or EventType.StreamEnd && !SpotifyUri.TryParse(e.Uri, out _) ? "the uri is invalid"
            : e.Type == EventType.StreamEnd && e.EndReason is null ? "the end_reason is missing"
            : null;
    }

    /// <summary>Returns the events with distinct ids that are not too old. The first event of an id wins.</summary>
    private List<ClientEvent> Recent(EventBatch batch)
    {
        var oldest = time.GetUtcNow() - MaxAge;
        var ids = new HashSet<string>(batch.Events.Count, StringComparer.Ordinal);
        var recent = batch.Events.Where(e => ids.Add(e.Id)).ToList();
        metrics.Dropped("too_old", recent.RemoveAll(e => e.Timestamp <= oldest));
        return recent;
    }

    private static List<(ClientEvent Event, SpotifyUri Uri)> Streams(IEnumerable<ClientEvent> events) =>
    [
        .. events.Where(e => e.Type is EventType.StreamStart or EventType.StreamEnd)
            .Select(e => (e, SpotifyUri.TryParse(e.Uri, out var uri) ? uri : default)),
    ];

    // The catalog's duration, because engagement and royalties must not depend on what a client claims. A stream in which the listener went
    // back is one play, and counts as the whole duration at most.
    private static RecordedPlay PlayOf(ClientEvent e, SpotifyUri uri, CatalogEntry entry)
    {
        var duration = entry.DurationMs ?? e.DurationMs;
        return new RecordedPlay(
            e.Id,
            uri,
            DateTimeOffset.FromUnixTimeMilliseconds(e.Timestamp.ToUnixTimeMilliseconds()),
            Math.Clamp(e.PlayedMs ?? 0, 0, duration is > 0 ? duration.Value : long.MaxValue),
            duration,
            e.EndReason!.Value,
            RecordedPlay.ContextOf(e.ContextUri))
        {
            OfflineDeviceId = e.IsOffline ? e.DeviceId : null,
            PositionMs = e.PositionMs,
        };
    }

    private static PlayStart StartOf((ClientEvent Event, SpotifyUri Uri) stream) =>
        new(stream.Event.Id, stream.Uri.ToString(), stream.Event.Timestamp);

    private Task PublishAsync(EventBatch batch, RecordedEvents recorded, IReadOnlyList<PlayStart> starts, CancellationToken ct)
    {
        if (recorded.Plays.Count == 0 && starts.Count == 0) return Task.CompletedTask;
        var update = new TasteUpdate(batch.UserId, recorded.Listener.Country, batch.ReceivedAt)
        {
            IsSuspect = recorded.Listener.SuspectUntil > time.GetUtcNow(),
            Plays = [.. recorded.Plays.Select(play => PlayOf(play.Play, play.IsNew))],
            Starts = starts,
        };
        return bus.PublishAsync(
            Topic.TasteUpdates, [new Message(JsonSerializer.SerializeToUtf8Bytes(update, EventJson.Default.TasteUpdate))], ct);
    }

    private static Play PlayOf(RecordedPlay play, bool isNew) =>
        new(play.EventId, play.Uri.ToString(), play.PlayedAt, play.PlayedMs, play.Reason, play.Engagement)
        {
            ContextUri = play.ContextUri, IsNew = isNew,
        };
}
