-- Impressions of ads, one row per event. See plays_once.
CREATE VIEW ad_impressions_once AS
SELECT date, listener_id, event_id, MIN(month) AS month, MIN(hour) AS hour, MIN(market) AS market, MIN(ad_uri) AS ad_uri,
  MIN(happened_at) AS happened_at, MIN(received_at) AS received_at, MIN(played_ms) AS played_ms,
  MIN(duration_ms) AS duration_ms, MIN(context_uri) AS context_uri, MIN(device_id) AS device_id, MIN(app_id) AS app_id
FROM ad_impressions
GROUP BY date, listener_id, event_id;
