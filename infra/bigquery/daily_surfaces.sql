-- The feedback of listeners on the picks of generated playlists, by the day on which the playlists were generated. Append-only: a day that
-- is calculated again gets rows with a later calculated_at, so queries read daily_surfaces_latest. They need no filter on the date, because
-- a day has few rows.
CREATE TABLE daily_surfaces (
  date DATE NOT NULL,
  month STRING NOT NULL,
  surface STRING NOT NULL,
  -- The kind of the picks' reason; all for the picks of any kind.
  reason_kind STRING NOT NULL,
  model_version STRING NOT NULL,
  variant STRING NOT NULL,
  picks INT64 NOT NULL,
  listeners INT64 NOT NULL,
  -- Streams of picks from their playlist. Plays are those of 30 seconds or more, and skips end before.
  streams INT64 NOT NULL,
  plays INT64 NOT NULL,
  completions INT64 NOT NULL,
  skips INT64 NOT NULL,
  -- Picks that were saved or added to a playlist.
  saves INT64 NOT NULL,
  -- Picks that were saved or completed, or played for 30 seconds or more and not skipped.
  hits INT64 NOT NULL,
  -- Sums over the listeners, of products of their hits and picks, from which the variance of the precision follows.
  hits_squared INT64 NOT NULL,
  hits_times_picks INT64 NOT NULL,
  picks_squared INT64 NOT NULL,
  calculated_at TIMESTAMP NOT NULL,
)
PARTITION BY date
CLUSTER BY surface, variant;
