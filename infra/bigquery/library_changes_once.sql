-- Changes of libraries and playlists, one row per change. See plays_once.
CREATE VIEW library_changes_once AS
SELECT date, listener_id, event_id, MIN(month) AS month, MIN(hour) AS hour, MIN(market) AS market, MIN(kind) AS kind,
  MIN(item_type) AS item_type, MIN(item_id) AS item_id, MIN(playlist_uri) AS playlist_uri, MIN(changed_at) AS changed_at,
  MIN(received_at) AS received_at
FROM library_changes
GROUP BY date, listener_id, event_id;
