-- Valid plays of a day per market and track, episode or chapter. Append-only: a day that is calculated again gets rows with a later
-- calculated_at. Read daily_tracks_latest instead. A play is a stream of at least 30 seconds; listeners are those of plays.
CREATE TABLE daily_tracks (
  date DATE NOT NULL,
  month STRING NOT NULL,
  market STRING NOT NULL,
  playable_id STRING NOT NULL,
  streams INT64 NOT NULL,
  plays INT64 NOT NULL,
  listeners INT64 NOT NULL,
  played_ms INT64 NOT NULL,
  skips INT64 NOT NULL,
  completions INT64 NOT NULL,
  saves INT64 NOT NULL,
  calculated_at TIMESTAMP NOT NULL,
)
PARTITION BY date
CLUSTER BY market, playable_id
OPTIONS (require_partition_filter = TRUE);
