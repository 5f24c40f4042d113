using Spotify.Domain.Data;
using Spotify.Domain.Playlists;
using Spotify.Domain.Ports;

namespace Spotify.Functions.WeeklyPlaylists;

/// <summary>The progress of the fan-out of a surface in a period, in all time zones that have been started.</summary>
/// <param name="Surface">The id of the surface.</param>
/// <param name="Period">The period.</param>
/// <param name="Shards">The number of shards that are due.</param>
/// <param name="Walked">The number of shards whose listeners are all enqueued.</param>
/// <param name="Listeners">The number of listeners who are enqueued.</param>
/// <param name="Done">The number of listeners whose playlist is generated or was not due.</param>
/// <param name="Failed">The number of listeners whose generation has failed so far.</param>
/// <param name="Lag">The time since the period began in the first time zone with a shard that is not complete; zero if all are.</param>
public sealed record FanOutState(
    string Surface, string Period, int Shards, int Walked, long Listeners, long Done, long Failed, TimeSpan Lag)
{
    /// <summary>Whether all shards are walked and all listeners are done or have failed.</summary>
    public bool IsComplete => Walked == Shards && Done + Failed >= Listeners;
}

/// <summary>A reader of the progress of the fan-out.</summary>
public sealed class FanOutStates(IDatabase database, TimeProvider time)
{
    private static readonly Statement Sums = new(
        """
        SELECT COUNT(*) AS Shards,
          COALESCE(SUM(CASE WHEN WalkedAt IS NULL THEN 0 ELSE 1 END), 0) AS Walked,
          COALESCE(SUM(Listeners), 0) AS Listeners,
          COALESCE(SUM(Done), 0) AS Done,
          COALESCE(SUM(Failed), 0) AS Failed,
          MIN(CASE WHEN WalkedAt IS NULL OR Done + Failed < Listeners THEN DueAt END) AS OldestDueAt
        FROM FanOutShards WHERE Surface = @surface AND Period = @period AND DueAt <= @now
        """,
        ("surface", ColumnType.String), ("period", ColumnType.String), ("now", ColumnType.Timestamp));

    /// <summary>Returns the progress of each weekly surface, in the latest period that has begun anywhere.</summary>
    public async Task<IReadOnlyList<FanOutState>> ReadAsync(CancellationToken ct)
    {
        // The offset from UTC of the time zone in which a date begins first.
        var east = TimeSpan.FromHours(14);
        var states = new List<FanOutState>();
        foreach (var surface in FanOutShard.Surfaces)
            states.Add(await ReadAsync(surface, surface.PeriodAt(time.GetUtcNow() + east, TimeZoneInfo.Utc).Key, ct));
        return states;
    }

    /// <summary>Returns the progress of a surface in a period.</summary>
    public async Task<FanOutState> ReadAsync(Surface surface, string period, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var parameters = new Parameters { { "surface", surface.Id }, { "period", period }, { "now", Instant.Truncate(now) } };
        var sums = await database.QueryAsync(Sums, parameters, null, ct).SingleAsync(ct);
        return new FanOutState(
            surface.Id,
            period,
            sums.Int32("Shards"),
            sums.Int32("Walked"),
            sums.Int64("Listeners"),
            sums.Int64("Done"),
            sums.Int64("Failed"),
            sums.TimestampOrNull("OldestDueAt") is { } due ? now - due : TimeSpan.Zero);
    }
}
