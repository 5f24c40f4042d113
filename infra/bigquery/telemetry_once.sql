-- Events that are not plays, one row per event. See plays_once.
CREATE VIEW telemetry_once AS
SELECT date, listener_id, event_id, MIN(month) AS month, MIN(hour) AS hour, MIN(market) AS market, MIN(type) AS type,
  MIN(uri) AS uri, MIN(happened_at) AS happened_at, MIN(received_at) AS received_at, MIN(played_ms) AS played_ms,
  MIN(duration_ms) AS duration_ms, MIN(end_reason) AS end_reason, MIN(context_uri) AS context_uri, MIN(device_id) AS device_id,
  MIN(app_id) AS app_id
FROM telemetry
GROUP BY date, listener_id, event_id;
