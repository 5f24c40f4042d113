-- Impressions of ads, which are billed. A row per delivery: read ad_impressions_once instead. date, month and hour are those of
-- happened_at.
CREATE TABLE ad_impressions (
  date DATE NOT NULL,
  month STRING NOT NULL,
  hour INT64 NOT NULL,
  event_id STRING NOT NULL,
  listener_id STRING NOT NULL,
  market STRING NOT NULL,
  ad_uri STRING,
  happened_at TIMESTAMP NOT NULL,
  received_at TIMESTAMP NOT NULL,
  played_ms INT64,
  duration_ms INT64,
  context_uri STRING,
  device_id STRING,
  app_id STRING,
)
PARTITION BY date
CLUSTER BY listener_id
OPTIONS (require_partition_filter = TRUE);
