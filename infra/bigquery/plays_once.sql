-- Plays, one row per event. MIN returns any of the values of an event, because they are equal, and the earliest received_at. The grouping
-- includes the date so that a filter on it prunes partitions; a window function would prevent this.
CREATE VIEW plays_once AS
SELECT date, listener_id, event_id, MIN(month) AS month, MIN(hour) AS hour, MIN(market) AS market, MIN(type) AS type,
  MIN(playable_id) AS playable_id, MIN(artist_ids) AS artist_ids, MIN(ended_at) AS ended_at, MIN(received_at) AS received_at,
  MIN(played_ms) AS played_ms, MIN(duration_ms) AS duration_ms, MIN(end_reason) AS end_reason, MIN(engagement) AS engagement,
  MIN(context_uri) AS context_uri, MIN(device_id) AS device_id, MIN(app_id) AS app_id, MIN(is_private) AS is_private
FROM plays
GROUP BY date, listener_id, event_id;
