-- The items that users have saved (Type: track, album, episode, show, audiobook) or follow (artist, user). One table for all types,
-- because they have the same columns and operations.
CREATE TABLE LibraryItems (
  UserId STRING(128) NOT NULL,
  Type STRING(16) NOT NULL,
  ItemId STRING(128) NOT NULL,
  AddedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, Type, ItemId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;

CREATE INDEX LibraryItemsByTime ON LibraryItems (UserId, Type, AddedAt DESC, ItemId);

-- The number of items of a library by type, without types that the user never saved. Changed in the transaction that changes the items.
CREATE TABLE LibraryCounts (
  UserId STRING(128) NOT NULL,
  Type STRING(16) NOT NULL,
  Items INT64 NOT NULL,
) PRIMARY KEY (UserId, Type),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;

-- The number of followers of an artist, a playlist or a user (Type: artist, playlist, user), as a sum over shards, because all new
-- followers of a popular artist would contend for a single row. The shard depends only on the follower. Does not include the followers
-- imported with the catalog (Artists.Followers), nor the owner of a playlist.
CREATE TABLE FollowerCounts (
  Type STRING(16) NOT NULL,
  TargetId STRING(128) NOT NULL,
  Shard INT64 NOT NULL,
  Followers INT64 NOT NULL,
) PRIMARY KEY (Type, TargetId, Shard);
