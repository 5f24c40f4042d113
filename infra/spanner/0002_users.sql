-- Listeners and their playlists.

-- Product is free, premium, family or student. ExplicitFilter excludes explicit content from playback.
CREATE TABLE Users (
  UserId STRING(128) NOT NULL,
  DisplayName STRING(256) NOT NULL,
  Email STRING(320),
  Country STRING(2) NOT NULL,
  Product STRING(16) NOT NULL,
  ExplicitFilter BOOL NOT NULL,
  ExplicitFilterLocked BOOL NOT NULL,
  ImageId STRING(22),
  CreatedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId);

CREATE TABLE Playlists (
  PlaylistId STRING(22) NOT NULL,
  OwnerId STRING(128) NOT NULL,
  Name STRING(1024) NOT NULL,
  Description STRING(MAX) NOT NULL,
  Public BOOL NOT NULL,
  Collaborative BOOL NOT NULL,
  Version INT64 NOT NULL,
  Items INT64 NOT NULL,
  ImageId STRING(22),
  CreatedAt TIMESTAMP NOT NULL,
  UpdatedAt TIMESTAMP NOT NULL,
  FOREIGN KEY (OwnerId) REFERENCES Users (UserId),
) PRIMARY KEY (PlaylistId);

CREATE INDEX PlaylistsByOwner ON Playlists (OwnerId, CreatedAt DESC);

-- The items of a playlist, ordered by OrderKey. A new key can be created between any two keys, so that moving an item changes no other
-- rows.
CREATE TABLE PlaylistItems (
  PlaylistId STRING(22) NOT NULL,
  OrderKey STRING(256) NOT NULL,
  Type STRING(16) NOT NULL,
  PlayableId STRING(22) NOT NULL,
  AddedAt TIMESTAMP NOT NULL,
  AddedBy STRING(128) NOT NULL,
) PRIMARY KEY (PlaylistId, OrderKey),
  INTERLEAVE IN PARENT Playlists ON DELETE CASCADE;
