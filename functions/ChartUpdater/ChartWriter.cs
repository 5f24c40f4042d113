using Microsoft.Extensions.Options;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Ports;
using Spotify.Events;
using Spotify.Events.Sketches;

namespace Spotify.Functions.ChartUpdater;

/// <summary>
/// The sketches of this instance. Messages that arrive within a short time are written together, so that the cost is per write and not per
/// message: each write sets the rows of the windows that have changed. The wait is a part of the handling of the messages, because Cloud
/// Run gives CPU during requests only. Sketches in memory change only after the write, so that a message whose write failed can be added
/// again.
/// </summary>
public sealed class ChartWriter(IDatabase database, IOptions<ChartOptions> options, TimeProvider time) : IDisposable
{
    private const int MaxRemembered = 50_000;

    private readonly string part = SpotifyId.New();
    private readonly Lock gate = new();
    private readonly SemaphoreSlim writing = new(1);
    private readonly Dictionary<string, Group> waiting = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Series, DateTimeOffset Window), FrequentItems> plays = [];
    private readonly Dictionary<DateTimeOffset, CountMin> live = [];
    private HashSet<string> written = new(StringComparer.Ordinal);
    private HashSet<string> writtenBefore = new(StringComparer.Ordinal);
    private DateTimeOffset writtenSince = time.GetUtcNow();
    private Group? open;

    /// <summary>Adds a message. Completes when its plays are durable. A message that was added before is not counted again.</summary>
    internal async Task AddAsync(string messageId, TasteUpdate update, CancellationToken ct)
    {
        Group group;
        var leads = false;
        lock (gate)
        {
            if (written.Contains(messageId) || writtenBefore.Contains(messageId)) return;
            if (!waiting.TryGetValue(messageId, out group!))
            {
                leads = open is null;
                group = waiting[messageId] = open ??= new Group();
                group.MessageIds.Add(messageId);
                group.Changes.Add(update, time.GetUtcNow());
                if (group.MessageIds.Count >= options.Value.FlushMessages) group.Full.TrySetResult();
            }
        }

        if (leads) await WriteAsync(group, ct);
        await group.Written.Task.WaitAsync(ct);
    }

    /// <inheritdoc/>
    public void Dispose() => writing.Dispose();

    private async Task WriteAsync(Group group, CancellationToken ct)
    {
        try
        {
            await group.Full.Task.WaitAsync(options.Value.FlushDelay, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
            await writing.WaitAsync(ct);
            try
            {
                Close(group);
                await CommitAsync(group.Changes, ct);
            }
            finally
            {
                writing.Release();
            }

            Remember(group);
            group.Written.TrySetResult();
        }
        catch (Exception e)
        {
            Close(group);
            lock (gate)
                foreach (var id in group.MessageIds) waiting.Remove(id);
            group.Written.TrySetException(e);
        }
    }

    private async Task CommitAsync(ChartChanges changes, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var newPlays = new Dictionary<(string Series, DateTimeOffset Window), FrequentItems>();
        var newLive = new Dictionary<DateTimeOffset, CountMin>();
        foreach (var (key, tracks) in changes.Plays)
        {
            if (IsClosed(key.Window, ChartRows.ClosedAfter, now)) continue;
            var sketch = newPlays[key] = plays.TryGetValue(key, out var known) ? known.Clone() : new FrequentItems(ChartRows.Capacity);
            foreach (var (track, count) in tracks) sketch.Add(track, count);
        }

        foreach (var (window, tracks) in changes.Live)
        {
            var sketch = newLive[window] = live.TryGetValue(window, out var known) ? known.Clone() : new CountMin();
            foreach (var (track, change) in tracks) sketch.Add(track, change);
        }

        IReadOnlyList<Mutation> mutations =
        [
            .. newPlays.Select(entry => Row(entry.Key.Series, entry.Key.Window, entry.Value.Encode())),
            .. newLive.Select(entry => Row(ChartRows.Live, entry.Key, entry.Value.Encode())),
        ];
        if (mutations.Count > 0) await database.CommitAsync(mutations, ct);

        foreach (var (key, sketch) in newPlays) plays[key] = sketch;
        foreach (var (window, sketch) in newLive) live[window] = sketch;
        foreach (var key in plays.Keys)
            if (IsClosed(key.Window, ChartRows.ClosedAfter, now)) plays.Remove(key);
        foreach (var window in live.Keys)
            if (IsClosed(window, ChartRows.LiveSpan + ChartRows.ClosedAfter, now)) live.Remove(window);
    }

    private Mutation Row(string series, DateTimeOffset window, byte[] sketch) => Mutation.Upsert(
        ChartRows.Windows, ("Series", series), ("WindowStart", window), ("Part", part), ("Sketch", sketch));

    private static bool IsClosed(DateTimeOffset window, TimeSpan after, DateTimeOffset now) => window + ChartRows.Window + after <= now;

    // Messages that come later are of another group.
    private void Close(Group group)
    {
        lock (gate)
            if (open == group) open = null;
    }

    // The ids of at least a quarter of an hour, unless there are very many: plays that come again later are late.
    private void Remember(Group group)
    {
        lock (gate)
        {
            foreach (var id in group.MessageIds)
            {
                waiting.Remove(id);
                written.Add(id);
            }

            var now = time.GetUtcNow();
            if (written.Count < MaxRemembered && now - writtenSince < ChartRows.MaxLateness) return;
            (written, writtenBefore, writtenSince) = (new(StringComparer.Ordinal), written, now);
        }
    }

    /// <summary>Messages that are written together.</summary>
    private sealed class Group
    {
        public List<string> MessageIds { get; } = [];

        public ChartChanges Changes { get; } = new();

        public TaskCompletionSource Full { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
