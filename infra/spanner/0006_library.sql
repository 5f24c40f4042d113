-- What listeners keep: saved tracks, albums, episodes, shows and audiobooks, and the artists and users they follow
-- (Type: track, album, episode, show, audiobook, artist, user). One table for all, because saving and following are one thing to
-- the library: a row that is there or not, and since when.
CREATE TABLE LibraryItems (
  UserId STRING(128) NOT NULL,
  Type STRING(16) NOT NULL,
  ItemId STRING(128) NOT NULL,
  AddedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, Type, ItemId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;

CREATE INDEX LibraryItemsByTime ON LibraryItems (UserId, Type, AddedAt DESC, ItemId);

-- How many follow an artist or a user (Type: artist, user), as a sum over shards: a famous artist's count would otherwise be one
-- row that every new follower contends for. A follower always counts in the same shard. Followers that came with the catalog
-- (Artists.Followers) are not in it.
CREATE TABLE FollowerCounts (
  Type STRING(16) NOT NULL,
  TargetId STRING(128) NOT NULL,
  Shard INT64 NOT NULL,
  Followers INT64 NOT NULL,
) PRIMARY KEY (Type, TargetId, Shard);
