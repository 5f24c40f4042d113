-- What can be found, a row for each entity: written together with the entity, so that the search index over it is never
-- behind. Words are folded (TextFolding) and separated by spaces.
CREATE TABLE SearchDocuments (
  Type STRING(16) NOT NULL,
  Id STRING(22) NOT NULL,
  Words STRING(MAX) NOT NULL,
  Popularity INT64 NOT NULL,
  Markets STRING(1024) NOT NULL,
) PRIMARY KEY (Type, Id);
