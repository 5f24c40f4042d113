-- Playback events, one row per event. MIN returns any of the rows of an event, because they are equal. The grouping includes the date so
-- that a filter on it prunes partitions; a window function would prevent this.
CREATE VIEW playback_events_once AS
SELECT date, event_id, MIN(month) AS month, MIN(hour) AS hour, MIN(user_id) AS user_id, MIN(playable_id) AS playable_id,
  MIN(context_uri) AS context_uri, MIN(started_at) AS started_at, MIN(ended_at) AS ended_at, MIN(played_ms) AS played_ms,
  MIN(reason) AS reason
FROM playback_events
GROUP BY date, event_id;
