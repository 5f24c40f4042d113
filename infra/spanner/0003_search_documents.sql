-- One row per searchable entity, written in the same transaction as the entity so that the search index is always up to date. Words
-- are folded (TextFolding) and separated by spaces.
CREATE TABLE SearchDocuments (
  Type STRING(16) NOT NULL,
  Id STRING(22) NOT NULL,
  Words STRING(MAX) NOT NULL,
  Popularity INT64 NOT NULL,
  Markets STRING(1024) NOT NULL,
) PRIMARY KEY (Type, Id);
