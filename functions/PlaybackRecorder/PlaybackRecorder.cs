using System.Text.Json;
using Spotify.Domain;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Events;

namespace Spotify.Functions.PlaybackRecorder;

/// <summary>
/// The consumer of playback events. Records each event once: plays in the history, everything in the warehouse, and plays and starts in the
/// topic <c>taste-updates</c>. The message is acknowledged after all effects. A redelivery repeats each of them safely: the history has one
/// row per event id, the warehouse is read through views with one row per event id, and readers of the topic know the event ids.
/// </summary>
public sealed class PlaybackRecorder(
    PlayableDurations durations, PlayStore store, IMessageBus bus, RecorderMetrics metrics, TimeProvider time)
    : IMessageConsumer<EventBatch>
{
    /// <summary>The maximum length of an event id, in characters.</summary>
    private const int MaxEventIdLength = 64;

    /// <summary>
    /// The age from which an event is dropped: a day less than the history has the record of event ids. Only dead letters that are replayed
    /// much later are so old.
    /// </summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(89);

    /// <inheritdoc/>
    /// <exception cref="PoisonMessageException">An event or the user is invalid.</exception>
    public async Task HandleAsync(EventBatch batch, MessageContext message, CancellationToken ct)
    {
        Check(batch);
        var (plays, starts) = await KnownAsync(Recent(batch), ct);
        if (await store.RecordAsync(batch, plays, ct) is not { } recorded)
        {
            metrics.Dropped("account_removed", batch.Events.Count + batch.Changes.Count);
            return;
        }

        await PublishAsync(batch, recorded, starts, ct);
        metrics.Recorded(recorded.Plays.Count(play => play.IsNew));
    }

    private static void Check(EventBatch batch)
    {
        if (!User.IsValidId(batch.UserId)) throw new PoisonMessageException("The user id is invalid.");
        for (var i = 0; i < batch.Events.Count; i++)
            if (Problem(batch.Events[i]) is { } problem) throw new PoisonMessageException($"Event {i}: {problem}.");

        static string? Problem(ClientEvent e) =>
            e.Id is not { Length: > 0 and <= MaxEventIdLength } ? $"the id must have 1 to {MaxEventIdLength} characters"
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

    /// <summary>
    /// Returns the plays and starts of what the catalog has. Other ids were never streamed from here, and would distort charts and
    /// royalties.
    /// </summary>
    private async Task<(List<RecordedPlay> Plays, List<PlayStart> Starts)> KnownAsync(
        IReadOnlyList<ClientEvent> events, CancellationToken ct)
    {
        var streams = new List<(ClientEvent Event, SpotifyUri Uri)>(events.Count);
        var streamEvents = events.Where(e => e.Type is EventType.StreamStart or EventType.StreamEnd).ToList();
        foreach (var e in streamEvents)
            if (SpotifyUri.TryParse(e.Uri, out var uri)) streams.Add((e, uri));
        var known = await durations.OfAsync([.. streams.Select(stream => stream.Uri)], ct);
        var (plays, starts) = (new List<RecordedPlay>(streams.Count), new List<PlayStart>());
        foreach (var (e, uri) in streams)
        {
            if (!known.TryGetValue(uri, out var duration)) continue;
            if (e.Type == EventType.StreamEnd) plays.Add(PlayOf(e, uri, duration > 0 ? duration : e.DurationMs));
            else starts.Add(new PlayStart(e.Id, uri.ToString(), e.Timestamp));
        }

        metrics.Dropped("not_in_catalog", streamEvents.Count - plays.Count - starts.Count);
        return (plays, starts);
    }

    // A stream in which the listener went back is one play: it counts as the whole duration at most.
    private static RecordedPlay PlayOf(ClientEvent e, SpotifyUri uri, long? durationMs) => new(
        e.Id,
        uri,
        DateTimeOffset.FromUnixTimeMilliseconds(e.Timestamp.ToUnixTimeMilliseconds()),
        Math.Clamp(e.PlayedMs ?? 0, 0, durationMs is > 0 ? durationMs.Value : long.MaxValue),
        durationMs,
        e.EndReason!.Value,
        ContextOf(e.ContextUri));

    // Other contexts contain user ids, which neither the warehouse nor another listener's history may have.
    private static string? ContextOf(string? uri) =>
        SpotifyUri.TryParse(uri, out var context) && context.Type != EntityType.User ? uri : null;

    private Task PublishAsync(EventBatch batch, RecordedPlays recorded, IReadOnlyList<PlayStart> starts, CancellationToken ct)
    {
        if (recorded.Plays.Count == 0 && starts.Count == 0) return Task.CompletedTask;
        var update = new TasteUpdate(batch.UserId, recorded.Listener.Country, batch.ReceivedAt)
        {
            IsSuspect = recorded.Listener.SuspectUntil > time.GetUtcNow(),
            Plays =
            [
                .. recorded.Plays.Select(recorded => new Play(
                    recorded.Play.EventId,
                    recorded.Play.Uri.ToString(),
                    recorded.Play.PlayedAt,
                    recorded.Play.PlayedMs,
                    recorded.Play.Reason,
                    recorded.Play.Engagement)
                {
                    ContextUri = recorded.Play.ContextUri, IsNew = recorded.IsNew,
                }),
            ],
            Starts = starts,
        };
        return bus.PublishAsync(
            Topic.TasteUpdates, [new Message(JsonSerializer.SerializeToUtf8Bytes(update, EventJson.Default.TasteUpdate))], ct);
    }
}
