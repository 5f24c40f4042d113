-- Removal of accounts, and the tables that find a user's rows in other users' data.

-- Accounts that are being removed. The row ends sessions and refresh tokens at once, and blocks the name until the last access token has
-- expired. DueAt is when the rest of the data is erased next. Removals are too rare for a shard before the time.
CREATE TABLE AccountRemovals (
  UserId STRING(128) NOT NULL,
  RequestedAt TIMESTAMP NOT NULL,
  DueAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId);

CREATE INDEX AccountRemovalsByTime ON AccountRemovals (DueAt, UserId);

CREATE INDEX InvitationsByUser ON Invitations (UserId);

-- The followers of users (LibraryItems of type user), by the followed user.
CREATE TABLE UserFollowers (
  UserId STRING(128) NOT NULL,
  FollowerId STRING(128) NOT NULL,
) PRIMARY KEY (UserId, FollowerId);

-- The playlists of others to which a user has added items. An index of PlaylistItems by AddedBy would double the cost of every edit.
CREATE TABLE PlaylistContributors (
  UserId STRING(128) NOT NULL,
  PlaylistId STRING(22) NOT NULL,
) PRIMARY KEY (UserId, PlaylistId);
