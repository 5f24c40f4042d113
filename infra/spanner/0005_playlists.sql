-- Playlist changes and followers, and idempotency keys.

-- The cover uploaded by the owner, in its original size. Takes precedence over ImageId.
ALTER TABLE Playlists ADD COLUMN CoverId STRING(22);
ALTER TABLE Playlists ADD COLUMN CoverWidth INT64;
ALTER TABLE Playlists ADD COLUMN CoverHeight INT64;

-- When the playlist became collaborative, or null if it is not. Users who have followed it since then may edit it.
ALTER TABLE Playlists ADD COLUMN CollaborativeSince TIMESTAMP;

-- The latest changes of a playlist. Version is the version after the change. Operations is its effect on positions (PlaylistChange),
-- which is used to rebase changes that were made against an older version.
CREATE TABLE PlaylistChanges (
  PlaylistId STRING(22) NOT NULL,
  Version INT64 NOT NULL,
  ItemsBefore INT64 NOT NULL,
  Operations STRING(MAX) NOT NULL,
) PRIMARY KEY (PlaylistId, Version),
  INTERLEAVE IN PARENT Playlists ON DELETE CASCADE;

-- The users whose library includes a playlist: its followers, and its owner until they unfollow it. Public playlists are shown on the
-- user's profile. Keyed by user, because the followers of a popular playlist would be one split. Nothing lists the followers of a
-- playlist: FollowerCounts has their number. Rows of a deleted playlist are ignored, and removed when their user unfollows it.
CREATE TABLE PlaylistFollowers (
  UserId STRING(128) NOT NULL,
  PlaylistId STRING(22) NOT NULL,
  Public BOOL NOT NULL,
  FollowedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, PlaylistId);

CREATE INDEX PlaylistFollowersByUser ON PlaylistFollowers (UserId, FollowedAt DESC, PlaylistId);

-- Responses to requests with an Idempotency-Key. KeyId is a hash of the route and the key, RequestHash of the query and the body.
-- Responses that have expired but are not deleted yet are ignored.
CREATE TABLE IdempotencyKeys (
  UserId STRING(128) NOT NULL,
  KeyId STRING(22) NOT NULL,
  RequestHash STRING(22) NOT NULL,
  Answer STRING(MAX) NOT NULL,
  ExpiresAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, KeyId),
  ROW DELETION POLICY (OLDER_THAN(ExpiresAt, INTERVAL 0 DAY));
