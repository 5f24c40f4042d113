-- Changes of libraries and playlists that the server made. A row per delivery: read library_changes_once instead. date, month and hour
-- are those of changed_at.
CREATE TABLE library_changes (
  date DATE NOT NULL,
  month STRING NOT NULL,
  hour INT64 NOT NULL,
  event_id STRING NOT NULL,
  listener_id STRING NOT NULL,
  market STRING NOT NULL,
  -- saved, removed or added_to_playlist.
  kind STRING NOT NULL,
  -- The type of the item's URI: track, album, artist, playlist, show, …
  item_type STRING NOT NULL,
  item_id STRING NOT NULL,
  playlist_uri STRING,
  changed_at TIMESTAMP NOT NULL,
  received_at TIMESTAMP NOT NULL,
)
PARTITION BY date
CLUSTER BY listener_id, item_id
OPTIONS (require_partition_filter = TRUE);
