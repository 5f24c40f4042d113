-- Tracks that were put into generated playlists, one row per pick. See plays_once.
CREATE VIEW generated_picks_once AS
SELECT date, listener_id, event_id, MIN(month) AS month, MIN(playlist_id) AS playlist_id, MIN(surface) AS surface,
  MIN(period) AS period, MIN(track_id) AS track_id, MIN(position) AS position, MIN(reason_kind) AS reason_kind,
  MIN(model_version) AS model_version, MIN(variant) AS variant, MIN(generated_at) AS generated_at
FROM generated_picks
GROUP BY date, listener_id, event_id;
