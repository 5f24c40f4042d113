-- Plays: streams that have ended. A row per delivery: read plays_once or valid_plays instead. date, month ('2026-12') and hour (0 to 23)
-- are those of ended_at in UTC; they are columns because statements use no date functions. The rows of an event are equal except for
-- received_at: an event that is reported again is written as it was recorded the first time.
CREATE TABLE plays (
  date DATE NOT NULL,
  month STRING NOT NULL,
  hour INT64 NOT NULL,
  -- Unique per listener.
  event_id STRING NOT NULL,
  -- The listener's pseudonym. Cannot be attributed after the account is erased.
  listener_id STRING NOT NULL,
  market STRING NOT NULL,
  -- track, episode or chapter.
  type STRING NOT NULL,
  playable_id STRING NOT NULL,
  -- The ids of a track's artists, 22 characters each, separated by commas. A list in a string, because the engines' arrays differ.
  artist_ids STRING,
  ended_at TIMESTAMP NOT NULL,
  received_at TIMESTAMP NOT NULL,
  played_ms INT64 NOT NULL,
  duration_ms INT64,
  -- completed, skipped or error.
  end_reason STRING NOT NULL,
  -- In thousandths, -500 to 1000.
  engagement INT64 NOT NULL,
  context_uri STRING,
  device_id STRING,
  app_id STRING,
  is_private BOOL NOT NULL,
)
PARTITION BY date
CLUSTER BY listener_id, playable_id
OPTIONS (require_partition_filter = TRUE);
