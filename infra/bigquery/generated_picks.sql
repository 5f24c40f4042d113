-- Tracks that were put into generated playlists, for a sample of the listeners. A row per delivery: read generated_picks_once instead.
-- date and month are those of generated_at.
CREATE TABLE generated_picks (
  date DATE NOT NULL,
  month STRING NOT NULL,
  -- Derived from the playlist, the period and the track.
  event_id STRING NOT NULL,
  -- The listener's pseudonym. Cannot be attributed after the account is erased.
  listener_id STRING NOT NULL,
  playlist_id STRING NOT NULL,
  surface STRING NOT NULL,
  -- The local date on which the period began.
  period STRING NOT NULL,
  track_id STRING NOT NULL,
  -- From 0.
  position INT64 NOT NULL,
  -- played_together, popular, exploration, …
  reason_kind STRING NOT NULL,
  -- Empty if the list was made without a model.
  model_version STRING NOT NULL,
  variant STRING NOT NULL,
  generated_at TIMESTAMP NOT NULL,
)
PARTITION BY date
CLUSTER BY listener_id, track_id
OPTIONS (require_partition_filter = TRUE);
