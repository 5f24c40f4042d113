using Spotify.Domain.Data;

namespace Spotify.Functions.DailyAggregates.Surfaces;

/// <summary>The statements of the feedback on generated playlists. They run inside the warehouse.</summary>
internal static class SurfaceStatements
{
    /// <summary>The days with picks, and when each was calculated last, if it was.</summary>
    public static readonly WarehouseStatement Days = new(
        """
        SELECT days.date, runs.calculated_at
        FROM (
          SELECT date, COUNT(*) AS picks FROM generated_picks WHERE date BETWEEN @from AND @to GROUP BY date
        ) AS days
        LEFT JOIN (
          SELECT date, MAX(calculated_at) AS calculated_at FROM daily_surfaces GROUP BY date
        ) AS runs ON runs.date = days.date
        ORDER BY days.date DESC
        """,
        ("from", ColumnType.Date), ("to", ColumnType.Date));

    /// <summary>
    /// Adds the feedback on the picks of a day. An event counts for the listener's latest pick of the track before it: of the playlist for
    /// plays, and of each playlist for saves.
    /// </summary>
    public static readonly WarehouseStatement Insert = new(
        """
        INSERT INTO daily_surfaces (
          date, month, surface, reason_kind, model_version, variant, picks, listeners, streams, plays, completions, skips, saves, hits,
          hits_squared, hits_times_picks, picks_squared, calculated_at)
        WITH events AS (
          SELECT picks.listener_id, picks.playlist_id, picks.track_id, MAX(picks.generated_at) AS generated_at, 1 AS stream,
            MAX(CASE WHEN heard.played_ms >= 30000 THEN 1 ELSE 0 END) AS play,
            MAX(CASE WHEN heard.end_reason = 'completed' THEN 1 ELSE 0 END) AS completion,
            MAX(CASE WHEN heard.end_reason = 'skipped' AND heard.played_ms < 30000 THEN 1 ELSE 0 END) AS skip,
            0 AS saved,
            MAX(CASE WHEN heard.end_reason = 'completed' OR (heard.end_reason <> 'skipped' AND heard.played_ms >= 30000)
              THEN 1 ELSE 0 END) AS hit
          FROM generated_picks_once AS picks
          JOIN valid_plays AS heard ON heard.listener_id = picks.listener_id AND heard.playable_id = picks.track_id
            AND heard.context_uri = 'spotify:playlist:' || picks.playlist_id AND heard.ended_at >= picks.generated_at
          WHERE picks.date BETWEEN @date AND @to AND heard.date BETWEEN @date AND @to AND NOT heard.is_private
          GROUP BY picks.listener_id, picks.playlist_id, picks.track_id, heard.event_id
          UNION ALL
          SELECT picks.listener_id, picks.playlist_id, picks.track_id, MAX(picks.generated_at), 0, 0, 0, 0, 1, 1
          FROM generated_picks_once AS picks
          JOIN library_changes_once AS changes ON changes.listener_id = picks.listener_id AND changes.item_id = picks.track_id
            AND changes.changed_at >= picks.generated_at
          WHERE picks.date BETWEEN @date AND @to AND changes.date BETWEEN @date AND @to
            AND changes.item_type = 'track' AND changes.kind IN ('saved', 'added_to_playlist')
          GROUP BY picks.listener_id, picks.playlist_id, picks.track_id, changes.event_id
        ),
        outcomes AS (
          SELECT listener_id, playlist_id, track_id, generated_at, SUM(stream) AS streams, SUM(play) AS plays,
            SUM(completion) AS completions, SUM(skip) AS skips, MAX(saved) AS saved, MAX(hit) AS hit
          FROM events
          GROUP BY listener_id, playlist_id, track_id, generated_at
        ),
        listeners AS (
          SELECT picks.surface, CASE WHEN levels.n = 0 THEN picks.reason_kind ELSE 'all' END AS reason_kind, picks.model_version,
            picks.variant, picks.listener_id, COUNT(*) AS picked, SUM(COALESCE(outcomes.streams, 0)) AS streams,
            SUM(COALESCE(outcomes.plays, 0)) AS plays, SUM(COALESCE(outcomes.completions, 0)) AS completions,
            SUM(COALESCE(outcomes.skips, 0)) AS skips, SUM(COALESCE(outcomes.saved, 0)) AS saves, SUM(COALESCE(outcomes.hit, 0)) AS hits
          FROM generated_picks_once AS picks
          CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1) AS levels
          LEFT JOIN outcomes ON outcomes.listener_id = picks.listener_id AND outcomes.playlist_id = picks.playlist_id
            AND outcomes.track_id = picks.track_id AND outcomes.generated_at = picks.generated_at
          WHERE picks.date = @date
          GROUP BY picks.surface, CASE WHEN levels.n = 0 THEN picks.reason_kind ELSE 'all' END, picks.model_version, picks.variant,
            picks.listener_id
        )
        SELECT @date, @month, surface, reason_kind, model_version, variant, SUM(picked), COUNT(*), SUM(streams), SUM(plays),
          SUM(completions), SUM(skips), SUM(saves), SUM(hits), SUM(hits * hits), SUM(hits * picked), SUM(picked * picked), @calculatedAt
        FROM listeners
        GROUP BY surface, reason_kind, model_version, variant
        """,
        ("date", ColumnType.Date), ("to", ColumnType.Date), ("month", ColumnType.String), ("calculatedAt", ColumnType.Timestamp));

    /// <summary>The feedback on the picks of some days.</summary>
    public static readonly WarehouseStatement Report = new(
        """
        SELECT surface, reason_kind, model_version, variant, SUM(picks) AS picks, SUM(listeners) AS listeners, SUM(streams) AS streams,
          SUM(plays) AS plays, SUM(completions) AS completions, SUM(skips) AS skips, SUM(saves) AS saves, SUM(hits) AS hits,
          SUM(hits_squared) AS hits_squared, SUM(hits_times_picks) AS hits_times_picks, SUM(picks_squared) AS picks_squared
        FROM daily_surfaces_latest
        WHERE date BETWEEN @from AND @to
        GROUP BY surface, reason_kind, model_version, variant
        """,
        ("from", ColumnType.Date), ("to", ColumnType.Date));
}
