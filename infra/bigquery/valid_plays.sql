-- Plays without the marked ones, one row per event.
CREATE VIEW valid_plays AS
SELECT date, listener_id, event_id, MIN(month) AS month, MIN(hour) AS hour, MIN(market) AS market, MIN(type) AS type,
  MIN(playable_id) AS playable_id, MIN(artist_ids) AS artist_ids, MIN(ended_at) AS ended_at, MIN(received_at) AS received_at,
  MIN(played_ms) AS played_ms, MIN(duration_ms) AS duration_ms, MIN(end_reason) AS end_reason, MIN(engagement) AS engagement,
  MIN(context_uri) AS context_uri, MIN(device_id) AS device_id, MIN(app_id) AS app_id, MIN(is_private) AS is_private
FROM plays
WHERE NOT EXISTS (
  SELECT marks.event_id
  FROM play_marks AS marks
  WHERE marks.date = plays.date AND marks.listener_id = plays.listener_id AND marks.event_id = plays.event_id)
GROUP BY date, listener_id, event_id;
