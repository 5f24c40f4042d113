-- Changing and following playlists, and answering a repeated request once.

-- A cover that the owner uploaded, in the one size it came in; it goes before ImageId.
ALTER TABLE Playlists ADD COLUMN CoverId STRING(22);
ALTER TABLE Playlists ADD COLUMN CoverWidth INT64;
ALTER TABLE Playlists ADD COLUMN CoverHeight INT64;

-- Since when it has been collaborative, null while it is not: who follows it from then on may edit it.
ALTER TABLE Playlists ADD COLUMN CollaborativeSince TIMESTAMP;

-- The last changes of a playlist: Version is the one the change made. Operations says what it did to positions
-- (PlaylistChange), so that a change against an older version can be carried over it.
CREATE TABLE PlaylistChanges (
  PlaylistId STRING(22) NOT NULL,
  Version INT64 NOT NULL,
  ItemsBefore INT64 NOT NULL,
  Operations STRING(MAX) NOT NULL,
) PRIMARY KEY (PlaylistId, Version),
  INTERLEAVE IN PARENT Playlists ON DELETE CASCADE;

-- Whose lists a playlist is in: its owner's, until they unfollow it, and its followers'. Public: in the user's profile too.
CREATE TABLE PlaylistFollowers (
  PlaylistId STRING(22) NOT NULL,
  UserId STRING(128) NOT NULL,
  Public BOOL NOT NULL,
  FollowedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (PlaylistId, UserId),
  INTERLEAVE IN PARENT Playlists ON DELETE CASCADE;

CREATE INDEX PlaylistFollowersByUser ON PlaylistFollowers (UserId, FollowedAt DESC, PlaylistId);

-- The answers to requests that carried an Idempotency-Key. KeyId is a hash of route and key, RequestHash of query and body.
CREATE TABLE IdempotencyKeys (
  UserId STRING(128) NOT NULL,
  KeyId STRING(22) NOT NULL,
  RequestHash STRING(22) NOT NULL,
  Answer STRING(MAX) NOT NULL,
  ExpiresAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, KeyId);

CREATE INDEX IdempotencyKeysByExpiry ON IdempotencyKeys (UserId, ExpiresAt);
