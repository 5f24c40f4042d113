-- Search documents that engines rank and filter by fields, in place of those of 0003.
DROP SEARCH INDEX SearchDocumentsByWords;
DROP TABLE SearchDocuments;

-- When a track or album was imported; null if before this column existed. "Recently added" and tags of search documents use it.
ALTER TABLE Playables ADD COLUMN AddedAt TIMESTAMP;
ALTER TABLE Albums ADD COLUMN AddedAt TIMESTAMP;

-- Exact lookups of isrc: and upc:. Without NULLs, which many rows have.
CREATE NULL_FILTERED INDEX PlayablesByIsrc ON Playables (Isrc);
CREATE NULL_FILTERED INDEX AlbumsByUpc ON Albums (Upc);

-- One row per searchable entity, written in the same transaction as the entity so that the search index is always up to date.
--
-- Rank is a number of the type, 7 bits of 127 - popularity, and 32 bits of a hash of the id: the most popular entities of a type come
-- first, and there are hardly any ties. Name, Artists and Album are folded words separated by spaces, then, after a tab, the further terms
-- by which the words can be found. Names of several artists are separated by line feeds. Tags are terms of private-use characters.
-- NameHash is a hash of the folded name. ArtistIds are separated by spaces. MarketPopularity is a list of market codes and popularities
-- (SE80US75), written by other code than the rest; null if unknown.
CREATE TABLE SearchEntries (
  Type STRING(16) NOT NULL,
  Id STRING(22) NOT NULL,
  Rank INT64 NOT NULL,
  Name STRING(MAX) NOT NULL,
  NameHash INT64 NOT NULL,
  Artists STRING(MAX) NOT NULL,
  ArtistIds STRING(MAX) NOT NULL,
  Album STRING(MAX) NOT NULL,
  Tags STRING(MAX) NOT NULL,
  MarketPopularity STRING(MAX),
  Markets STRING(1024) NOT NULL,
  ReleaseDate STRING(10) NOT NULL,
  AddedAt TIMESTAMP,
) PRIMARY KEY (Type, Id);

-- Entities with exactly a name, most popular first. Hashes are evenly distributed, so no split is hot.
CREATE INDEX SearchEntriesByName ON SearchEntries (NameHash, Type, Rank);

-- The progress of writing all search documents again, one row per shard of ids. Version is that of the terms. Position is the type and the
-- id of the last entity that was written (track:id); null when the shard is done.
CREATE TABLE SearchRebuilds (
  Shard INT64 NOT NULL,
  Version INT64 NOT NULL,
  Position STRING(64),
) PRIMARY KEY (Shard);

-- Renamed artists and albums whose tracks and albums have search documents with the old name. Position is the last one that was written
-- again; null before the first.
CREATE TABLE SearchRefreshes (
  Type STRING(16) NOT NULL,
  Id STRING(22) NOT NULL,
  Position STRING(64),
) PRIMARY KEY (Type, Id);
