-- The taste of listeners, and sketches of what is played now.

-- State is one binary document (Spotify.Events.Taste.TasteState), because a row per counter would be some 70 mutations per play.
CREATE TABLE Tastes (
  UserId STRING(128) NOT NULL,
  State BYTES(MAX) NOT NULL,
  UpdatedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;

-- Tracks, artists, albums, playlists and other contexts whose plays do not count as taste. At most 1,000 per user.
CREATE TABLE TasteExclusions (
  UserId STRING(128) NOT NULL,
  Uri STRING(64) NOT NULL,
  AddedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, Uri),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;

-- The times of private sessions, whose plays do not count as taste. Kept, because plays may arrive weeks later.
CREATE TABLE PrivateSessions (
  UserId STRING(128) NOT NULL,
  StartedAt TIMESTAMP NOT NULL,
  EndsAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, StartedAt),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE,
  ROW DELETION POLICY (OLDER_THAN(EndsAt, INTERVAL 90 DAY));

-- What each instance of chart-updater (Part) has counted in each window of 5 minutes: plays per track in a market (Series: SE) and in all
-- markets (world), and started minus ended streams (live). An instance writes its rows about once a second, so times as keys are not hot.
CREATE TABLE ChartWindows (
  Series STRING(8) NOT NULL,
  WindowStart TIMESTAMP NOT NULL,
  Part STRING(22) NOT NULL,
  Sketch BYTES(MAX) NOT NULL,
) PRIMARY KEY (Series, WindowStart, Part),
  ROW DELETION POLICY (OLDER_THAN(WindowStart, INTERVAL 2 DAY));

-- The plays of whole hours, merged from the windows. A row with an empty Series marks an hour whose rows are complete.
CREATE TABLE ChartHours (
  Series STRING(8) NOT NULL,
  Hour TIMESTAMP NOT NULL,
  Sketch BYTES(MAX) NOT NULL,
) PRIMARY KEY (Series, Hour),
  ROW DELETION POLICY (OLDER_THAN(Hour, INTERVAL 3 DAY));
