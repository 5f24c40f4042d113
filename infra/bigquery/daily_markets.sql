-- Valid plays of a day per market. Like daily_tracks; read daily_markets_latest instead. saves are those of tracks, episodes and
-- chapters.
CREATE TABLE daily_markets (
  date DATE NOT NULL,
  month STRING NOT NULL,
  market STRING NOT NULL,
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
CLUSTER BY market
OPTIONS (require_partition_filter = TRUE);
