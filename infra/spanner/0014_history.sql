-- What listeners have played, and the pseudonyms under which the warehouse has it.

-- The plays of the last 90 days: ends of streams of tracks, episodes and chapters (Type). Also the record of recorded events: an event id
-- is recorded once per user. PlayedAt is the end of the stream, in whole milliseconds. EndReason is completed, skipped or error.
-- Engagement is in thousandths. DurationMs is null if unknown. IsListed tells whether the list of recently played tracks shows the play.
-- ContextUri is the playlist, album, artist or show in which the stream was started.
CREATE TABLE PlayHistory (
  UserId STRING(128) NOT NULL,
  EventId STRING(64) NOT NULL,
  PlayedAt TIMESTAMP NOT NULL,
  Type STRING(16) NOT NULL,
  PlayableId STRING(22) NOT NULL,
  PlayedMs INT64 NOT NULL,
  DurationMs INT64,
  EndReason STRING(16) NOT NULL,
  Engagement INT64 NOT NULL,
  IsListed BOOL NOT NULL,
  ContextUri STRING(64),
) PRIMARY KEY (UserId, EventId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE,
  ROW DELETION POLICY (OLDER_THAN(PlayedAt, INTERVAL 90 DAY));

CREATE INDEX PlayHistoryByTime ON PlayHistory (UserId, IsListed, PlayedAt DESC) STORING (PlayableId, ContextUri);

-- The pseudonyms of listeners in the warehouse, which has no user ids. Inserted with the first recorded event and erased with the account;
-- then the warehouse's rows can no longer be attributed. SuspectUntil is the time until which plays are not counted, because the listener
-- has broken a rule for valid plays (SuspectRule).
CREATE TABLE Listeners (
  UserId STRING(128) NOT NULL,
  ListenerId STRING(22) NOT NULL,
  SuspectUntil TIMESTAMP,
  SuspectRule STRING(64),
) PRIMARY KEY (UserId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;

CREATE UNIQUE INDEX ListenersByListenerId ON Listeners (ListenerId);
