-- Generated playlists, and the fan-out that writes them for every active listener.

-- IANA name; NULL until the user sets it: then the time zone follows from the country.
ALTER TABLE Users ADD COLUMN TimeZone STRING(64);

-- The surface that generates the playlist, such as discover-weekly; NULL for playlists that listeners make.
ALTER TABLE Playlists ADD COLUMN Surface STRING(32);

-- Why a generated playlist has the item: a kind and what it refers to. See PickReason.
ALTER TABLE PlaylistItems ADD COLUMN Reason STRING(256);

-- Listeners who were active in the last 30 days. ActiveAt is written at most once a day. TimeZone is the one that applies. Shard is a
-- hash of the user id, so that several walkers share a time zone.
CREATE TABLE ActiveListeners (
  UserId STRING(128) NOT NULL,
  TimeZone STRING(64) NOT NULL,
  Shard INT64 NOT NULL,
  ActiveAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE,
  ROW DELETION POLICY (OLDER_THAN(ActiveAt, INTERVAL 31 DAY));

CREATE INDEX ActiveListenersByTimeZone ON ActiveListeners (TimeZone, Shard, UserId) STORING (ActiveAt);

-- The playlist of each surface and listener, and the period (the local date on which it began) that it was last generated for. The row is
-- written with the playlist, so that a period is generated once.
CREATE TABLE GeneratedPlaylists (
  UserId STRING(128) NOT NULL,
  Surface STRING(128) NOT NULL,
  PlaylistId STRING(22) NOT NULL,
  Period STRING(10) NOT NULL,
  -- The model's version; NULL if it was generated without a model.
  ModelVersion STRING(64),
  -- The variant of the settings that the listener is in; see the feedback.
  Variant STRING(32) NOT NULL,
  GeneratedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, Surface),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;

-- Tracks, artists and albums that a listener does not want to be recommended.
CREATE TABLE NotInterested (
  UserId STRING(128) NOT NULL,
  Uri STRING(64) NOT NULL,
  AddedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, Uri),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;

-- The progress of a fan-out by time zone and shard. Position is the last listener whose batch is enqueued; NULL before the first and
-- after the last one. DueAt is when the period begins in the time zone. WalkedAt is set when every listener is enqueued.
CREATE TABLE FanOutShards (
  Surface STRING(32) NOT NULL,
  Period STRING(10) NOT NULL,
  TimeZone STRING(64) NOT NULL,
  Shard INT64 NOT NULL,
  DueAt TIMESTAMP NOT NULL,
  Position STRING(128),
  Listeners INT64 NOT NULL,
  Done INT64 NOT NULL,
  Failed INT64 NOT NULL,
  UpdatedAt TIMESTAMP NOT NULL,
  WalkedAt TIMESTAMP,
) PRIMARY KEY (Surface, Period, TimeZone, Shard),
  ROW DELETION POLICY (OLDER_THAN(DueAt, INTERVAL 60 DAY));

-- The outcome of a batch of listeners, so that a batch that is delivered twice is counted once. Failed is the number that have failed so
-- far; it becomes smaller when they are retried.
CREATE TABLE FanOutBatches (
  Surface STRING(32) NOT NULL,
  Period STRING(10) NOT NULL,
  TimeZone STRING(64) NOT NULL,
  Shard INT64 NOT NULL,
  BatchId STRING(22) NOT NULL,
  Done INT64 NOT NULL,
  Failed INT64 NOT NULL,
) PRIMARY KEY (Surface, Period, TimeZone, Shard, BatchId),
  INTERLEAVE IN PARENT FanOutShards ON DELETE CASCADE;
