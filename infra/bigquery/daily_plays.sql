-- Daily plays per playable. A play is at least 30 seconds; listeners also counts users who listened for less.
CREATE TABLE daily_plays (
  date DATE NOT NULL,
  playable_id STRING NOT NULL,
  plays INT64 NOT NULL,
  listeners INT64 NOT NULL,
  played_ms INT64 NOT NULL,
)
PARTITION BY date
CLUSTER BY playable_id
OPTIONS (require_partition_filter = TRUE);
