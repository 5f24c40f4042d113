-- Valid plays of a day per market and artist. Like daily_tracks; read daily_artists_latest instead. saves are follows of the artist.
CREATE TABLE daily_artists (
  date DATE NOT NULL,
  month STRING NOT NULL,
  market STRING NOT NULL,
  artist_id STRING NOT NULL,
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
CLUSTER BY market, artist_id
OPTIONS (require_partition_filter = TRUE);
