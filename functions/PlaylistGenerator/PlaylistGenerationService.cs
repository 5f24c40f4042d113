using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Spotify.Domain;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.PlaylistGenerator.Listeners;
using Spotify.Functions.PlaylistGenerator.Models;
using Spotify.Functions.PlaylistGenerator.Surfaces;
using Spotify.Functions.PlaylistGenerator.Writing;
using Spotify.Functions.Recommendations.Blend;
using Spotify.Functions.Recommendations.Feedback;

namespace Spotify.Functions.PlaylistGenerator;

/// <summary>
/// A service that generates the playlists of listeners: reads their histories, asks the generators of the surfaces that are due, removes
/// the tracks that may not be played, and writes. A listener who fails keeps the last list and does not stop the others.
/// </summary>
internal sealed partial class PlaylistGenerationService(
    HistoryReader histories,
    RecommenderSource recommenders,
    IEnumerable<ISurfaceGenerator> generators,
    PlayableTracks catalog,
    GeneratedPlaylists playlists,
    FanOutProgress progress,
    PickRecorder picks,
    BlendGenerator blends,
    GeneratorMetrics metrics,
    TimeProvider time,
    ILogger<PlaylistGenerationService> logger)
{
    // A listener whose day begins at the time of the task, by the clock of the planner, may not be due yet by that of this machine.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    // The transactions that an instance has open at a time for a task.
    private const int Writers = 8;

    /// <summary>Handles a task. Repetitions change nothing, except for listeners that have failed before.</summary>
    /// <exception cref="PoisonMessageException">The task is invalid.</exception>
    /// <exception cref="GenerationFailedException">Some listeners have failed; the task should be repeated.</exception>
    public async Task HandleAsync(GenerationTask task, CancellationToken ct)
    {
        var surfaces = Check(task);
        var started = time.GetTimestamp();
        var users = task.Users.Distinct(StringComparer.Ordinal).ToList();
        Dictionary<string, Exception> failed;
        try
        {
            failed = await GenerateAsync(users, surfaces, task.Batch is not null, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            failed = users.ToDictionary(user => user, _ => e);
        }

        if (task.Batch is { } batch) await progress.CountAsync(batch, users.Count - failed.Count, failed.Count, ct);
        // A visit; the fan-out is for the surfaces of the week.
        if (task is { Batch: null, Users: [var visitor] }) await blends.RefreshAsync(visitor, ct);
        metrics.Took(time.GetElapsedTime(started));
        if (failed.Count > 0) throw new GenerationFailedException(failed.Count, failed.First().Value);
    }

    private static IReadOnlyList<Surface> Check(GenerationTask task)
    {
        if (task.Users.Count is 0 or > GenerationTask.MaxUsers || !task.Users.All(User.IsValidId))
            throw new PoisonMessageException($"The task must have 1 to {GenerationTask.MaxUsers} user ids.");
        if (task.Surfaces is not { } ids) return Surface.All;
        var surfaces = Surface.All.Where(surface => ids.Contains(surface.Id)).ToList();
        return surfaces.Count == ids.Count ? surfaces : throw new PoisonMessageException("A surface is unknown or repeated.");
    }

    /// <summary>Generates the surfaces that are due, and returns the listeners that failed.</summary>
    private async Task<Dictionary<string, Exception>> GenerateAsync(
        IReadOnlyList<string> users, IReadOnlyList<Surface> surfaces, bool isBatch, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var due = new List<DueListener>();
        foreach (var listener in await histories.ReadAsync(users, ct))
        {
            if (listener.IsSuspect) continue;
            var periods = surfaces
                .Select(surface => (surface, Period: surface.PeriodAt(isBatch ? now + ClockTolerance : now, listener.TimeZone)))
                .Where(pair => listener.IsDue(pair.surface, pair.Period))
                .ToDictionary(pair => pair.surface, pair => pair.Period);
            foreach (var surface in surfaces)
                if (!periods.ContainsKey(surface)) metrics.Count(surface.Id, "up_to_date", 1);
            if (periods.Count > 0) due.Add(new DueListener(listener, periods));
        }

        var failed = new Dictionary<string, Exception>(StringComparer.Ordinal);
        if (due.Count == 0) return failed;
        var lists = await ListsAsync(due, now, failed, ct);
        var tracks = await catalog.ReadAsync(lists.SelectMany(list => list.Items.Select(item => item.Track)), ct);
        var ofListeners = lists.ToLookup(list => list.UserId, StringComparer.Ordinal);
        var written = new ConcurrentBag<RecordedPicks>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = ct };
        await Parallel.ForEachAsync(due, parallel, async (listener, _) =>
        {
            var own = ofListeners[listener.History.UserId].ToList();
            try
            {
                foreach (var playlist in await WriteAsync(listener, own, tracks, now, ct)) written.Add(playlist);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                foreach (var list in own) metrics.Count(list.Surface.Id, "failed", 1);
                lock (failed) Fail(failed, listener, e);
            }
        });
        await picks.RecordAsync(written, ct);
        return failed;
    }

    private async Task<List<GeneratedList>> ListsAsync(
        List<DueListener> due, DateTimeOffset now, Dictionary<string, Exception> failed, CancellationToken ct)
    {
        // Ends before the lists are written, so that a new version can be loaded.
        using var model = await recommenders.RentAsync(ct);
        var lists = new List<GeneratedList>();
        foreach (var generator in generators)
        {
            var listeners = due.Where(listener => generator.Surfaces.Any(listener.IsDue)).ToList();
            if (listeners.Count == 0) continue;
            try
            {
                lists.AddRange(await generator.GenerateAsync(new SurfaceRequest(listeners, model, now), ct));
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                LogPageFailed(e, listeners.Count);
                // One by one, because one listener may have caused the failure.
                foreach (var listener in listeners) lists.AddRange(await TryAsync(generator, listener));
            }
        }

        return lists;

        async Task<IReadOnlyList<GeneratedList>> TryAsync(ISurfaceGenerator generator, DueListener listener)
        {
            try
            {
                return await generator.GenerateAsync(new SurfaceRequest([listener], model, now), ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                foreach (var surface in generator.Surfaces.Where(listener.IsDue)) metrics.Count(surface.Id, "failed", 1);
                Fail(failed, listener, e);
                return [];
            }
        }
    }

    // Returns the playlists that were written.
    private async Task<List<RecordedPicks>> WriteAsync(
        DueListener listener,
        List<GeneratedList> lists,
        IReadOnlyDictionary<UInt128, PlayableTrack> tracks,
        DateTimeOffset now,
        CancellationToken ct)
    {
        var (history, variant) = (listener.History, listener.History.Variant.Name);
        var contents = new List<(GeneratedList List, PlaylistContent Content)>();
        foreach (var list in lists)
        {
            var playable = list.Items
                .Where(item => tracks.TryGetValue(item.Track, out var track)
                    && track.IsPlayable(history.Country, history.FilterExplicit, now))
                .Take(list.Length).ToList();
            if (playable.Count == 0)
            {
                metrics.Count(list.Surface.Id, "empty", 1);
                continue;
            }

            var period = listener.Due[list.Surface].Key;
            contents.Add((list, new PlaylistContent(list.Surface.Id, period, list.Name, list.Description, playable)
            {
                ImageId = playable.Select(item => tracks[item.Track].ImageId).FirstOrDefault(image => image is not null),
                ModelVersion = list.ModelVersion,
            }));
        }

        var written = new List<RecordedPicks>();
        var playlistsOf = await playlists.WriteAsync(history.UserId, [.. contents.Select(one => one.Content)], variant, ct);
        foreach (var (playlist, (list, content)) in playlistsOf.Zip(contents))
        {
            var isNew = playlist.Outcome != WriteOutcome.UpToDate;
            metrics.Count(list.Surface.Id, !isNew ? "up_to_date" : list.IsFallback ? "fallback" : "written", 1);
            if (isNew) written.Add(PicksOf(history, playlist, content, variant, now));
        }

        return written;
    }

    private static RecordedPicks PicksOf(
        ListenerHistory history, WrittenPlaylist playlist, PlaylistContent content, string variant, DateTimeOffset now) => new(
            history.ListenerId, playlist.PlaylistId, playlist.Surface, content.Period, content.ModelVersion, variant, now,
            [.. content.Items.Where(item => item.Reason is not null)
                .Select(item => (SpotifyId.Format(item.Track), item.Reason!.Value.Kind))]);

    private void Fail(Dictionary<string, Exception> failed, DueListener listener, Exception cause)
    {
        LogListenerFailed(cause, listener.History.ListenerId ?? "a new listener");
        failed[listener.History.UserId] = cause;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lists of {Count} listeners failed and are generated one by one.")]
    private partial void LogPageFailed(Exception cause, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The lists of {Listener} failed. The last ones stay.")]
    private partial void LogListenerFailed(Exception cause, string listener);
}

/// <summary>The error of a task some of whose listeners have failed.</summary>
/// <param name="listeners">The number of listeners.</param>
/// <param name="inner">The error of one of them.</param>
public sealed class GenerationFailedException(int listeners, Exception inner) : Exception($"{listeners} listeners have failed.", inner)
{
    /// <summary>The number of listeners.</summary>
    public int Listeners => listeners;
}
