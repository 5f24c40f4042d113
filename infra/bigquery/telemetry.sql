-- Events that are not plays: progress, skips, searches, impressions and failures. A row per delivery: read telemetry_once instead. date,
-- month and hour are those of happened_at.
CREATE TABLE telemetry (
  date DATE NOT NULL,
  month STRING NOT NULL,
  hour INT64 NOT NULL,
  event_id STRING NOT NULL,
  listener_id STRING,
  market STRING,
  type STRING NOT NULL,
  uri STRING,
  happened_at TIMESTAMP NOT NULL,
  received_at TIMESTAMP NOT NULL,
  played_ms INT64,
  duration_ms INT64,
  end_reason STRING,
  context_uri STRING,
  device_id STRING,
  app_id STRING,
)
PARTITION BY date
CLUSTER BY type, listener_id
OPTIONS (require_partition_filter = TRUE);
