using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging;
using Spotify.Domain;
using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;
using Spotify.Domain.Users;
using Spotify.Functions.PlaylistGenerator;
using Spotify.Functions.Recommendations.Blend;

namespace Spotify.Functions.WeeklyPlaylists;

/// <summary>
/// The visits of listeners: requests that show generated playlists. A visit makes the listener active for the next fan-out, at most once a
/// day, and enqueues the generation of playlists that are due: the daily ones, and the weekly ones that the fan-out has not generated.
/// Listeners who have not played anything have no personal playlists, so their visits do nothing.
/// </summary>
public sealed partial class Visits(
    IDatabase database, ITaskQueue tasks, FanOutMetrics metrics, TimeProvider time, ILogger<Visits> logger) : IDisposable
{
    /// <summary>The maximum duration of <see cref="RecordAsync"/>.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The time for which an instance does not enqueue the same surfaces of a listener again, because they stay due until the task has run,
    /// or for the whole day if there are no tracks for any of them.
    /// </summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(15);

    // About 0.2 KB each.
    private const int MaxEnqueued = 50_000;

    private static readonly Statement Select = new(
        $"""
        SELECT Users.Country, Users.TimeZone, ActiveListeners.TimeZone AS ActiveTimeZone, ActiveListeners.ActiveAt, Listeners.SuspectUntil,
          Tastes.UpdatedAt, GeneratedPlaylists.Surface, GeneratedPlaylists.Period
        FROM Users
        LEFT JOIN ActiveListeners ON ActiveListeners.UserId = Users.UserId
        LEFT JOIN Listeners ON Listeners.UserId = Users.UserId
        LEFT JOIN Tastes ON Tastes.UserId = Users.UserId
        LEFT JOIN GeneratedPlaylists ON GeneratedPlaylists.UserId = Users.UserId
          AND (GeneratedPlaylists.Surface IN ({string.Join(", ", Surface.All.Select(surface => $"'{surface.Id}'"))})
            OR GeneratedPlaylists.Surface LIKE '{BlendRows.SurfacePrefix}%')
        WHERE Users.UserId = @user
        """,
        ("user", ColumnType.String));

    // The times at which tasks were enqueued, by the name of the task.
    private readonly MemoryCache enqueued = new(new MemoryCacheOptions { SizeLimit = MaxEnqueued, CompactionPercentage = 0.1 });

    /// <summary>
    /// Records a visit: with one read, at most one write in a day, and at most one task. Call it beside the other work of the request and
    /// await it before the response. Never fails, and ends after <see cref="Timeout"/>.
    /// </summary>
    public async Task RecordAsync(string userId, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            metrics.Visited(await UpdateAsync(userId, either.Token));
        }
        catch (Exception e)
        {
            if (ct.IsCancellationRequested) return;
            metrics.Visited(timeout.IsCancellationRequested ? "timeout" : "failed");
            LogFailure(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => enqueued.Dispose();

    private async Task<string> UpdateAsync(string userId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var parameters = new Parameters { { "user", userId } };
        var rows = await database.QueryAsync(Select, parameters, Staleness.Recent, ct).ToListAsync(ct);
        if (rows.Count == 0 || rows[0].IsNull("UpdatedAt")) return "new";
        var user = rows[0];
        if (user.TimestampOrNull("SuspectUntil") > now) return "suspect";

        var id = TimeZones.IdOf(user.StringOrNull("TimeZone"), user.String("Country"));
        var zone = TimeZones.Find(id);
        var periods = rows.Where(row => !row.IsNull("Surface")).ToDictionary(row => row.String("Surface"), row => row.String("Period"));
        var due = Surface.All.Where(surface => !IsCurrent(surface)).Select(surface => surface.Id).ToList();
        // Surfaces without enough data are never written. All have been tried when a surface of the day was.
        if (Surface.All.Any(surface => surface.StartsOn is null && IsCurrent(surface))) due.Clear();
        due.AddRange(periods.Where(IsDueBlend).Select(blend => blend.Key));

        var isActive = user.TimestampOrNull("ActiveAt") > now - ActiveListeners.Precision && user.StringOrNull("ActiveTimeZone") == id;
        var name = due.Count == 0
            ? null
            : SpotifyId.FromName($"visit {userId} {Surface.OnRepeat.PeriodAt(now, zone).Key} {string.Join(' ', due)}");
        var waits = name is not null && enqueued.TryGetValue(name, out DateTimeOffset at) && now - at < Pause;
        await Task.WhenAll(
            isActive ? Task.CompletedTask : database.CommitAsync([ActiveListeners.Upsert(userId, id, now)], ct),
            name is null || waits ? Task.CompletedTask : EnqueueAsync(userId, name, now, ct));
        return name is null ? "current" : waits ? "waiting" : "enqueued";

        bool IsDueBlend(KeyValuePair<string, string> generated) =>
            generated.Key.StartsWith(BlendRows.SurfacePrefix, StringComparison.Ordinal)
            && string.CompareOrdinal(generated.Value, Surface.OnRepeat.PeriodAt(now, zone).Key) < 0;

        bool IsCurrent(Surface surface) =>
            periods.TryGetValue(surface.Id, out var period) && string.CompareOrdinal(period, surface.PeriodAt(now, zone).Key) >= 0;
    }

    private async Task EnqueueAsync(string userId, string name, DateTimeOffset now, CancellationToken ct)
    {
        await tasks.EnqueueAsync(PlaylistGeneratorFunction.Definition.Queue!, [new GenerationTask([userId]).ToRequest(name)], ct);
        enqueued.Set(name, now, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Pause });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A visit could not be recorded.")]
    private partial void LogFailure(Exception cause);
}
