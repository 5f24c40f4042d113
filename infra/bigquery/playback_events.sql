-- Playback events, one row per delivery. An event can be delivered more than once, so read the view playback_events_once instead. date,
-- month ('2026-12') and hour (0 to 23) are those of started_at in UTC. They are columns because statements use no date functions.
CREATE TABLE playback_events (
  date DATE NOT NULL,
  month STRING NOT NULL,
  hour INT64 NOT NULL,
  event_id STRING NOT NULL,
  user_id STRING NOT NULL,
  playable_id STRING NOT NULL,
  context_uri STRING,
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP NOT NULL,
  played_ms INT64 NOT NULL,
  reason STRING NOT NULL,
)
PARTITION BY date
CLUSTER BY user_id, playable_id
OPTIONS (require_partition_filter = TRUE);
