-- What was played each day. A play is 30 seconds at least; listeners are those who heard any of it.
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
