-- What can be played, what it belongs to, and who made it.
--
-- Keys start with random ids, so that neighbouring writes land on different splits. Lists that are only ever read whole
-- (genres, languages, names of authors) are one column, an entry a line. Markets are ISO 3166-1 alpha-2 codes separated by
-- spaces, or '*' for all. Times are UTC.

CREATE TABLE Artists (
  ArtistId STRING(22) NOT NULL,
  Name STRING(1024) NOT NULL,
  Genres STRING(MAX) NOT NULL,
  Popularity INT64 NOT NULL,
  Followers INT64 NOT NULL,
  ImageId STRING(22),
) PRIMARY KEY (ArtistId);

CREATE TABLE Albums (
  AlbumId STRING(22) NOT NULL,
  AlbumType STRING(16) NOT NULL,
  Name STRING(1024) NOT NULL,
  ReleaseDate STRING(10) NOT NULL,
  Label STRING(1024) NOT NULL,
  Copyrights STRING(MAX) NOT NULL,
  Genres STRING(MAX) NOT NULL,
  Upc STRING(16),
  Popularity INT64 NOT NULL,
  Markets STRING(1024) NOT NULL,
  ImageId STRING(22),
) PRIMARY KEY (AlbumId);

CREATE TABLE AlbumArtists (
  AlbumId STRING(22) NOT NULL,
  Position INT64 NOT NULL,
  ArtistId STRING(22) NOT NULL,
  FOREIGN KEY (ArtistId) REFERENCES Artists (ArtistId),
) PRIMARY KEY (AlbumId, Position),
  INTERLEAVE IN PARENT Albums ON DELETE CASCADE;

CREATE INDEX AlbumArtistsByArtist ON AlbumArtists (ArtistId, AlbumId);

CREATE TABLE Shows (
  ShowId STRING(22) NOT NULL,
  Name STRING(1024) NOT NULL,
  Publisher STRING(1024) NOT NULL,
  Description STRING(MAX) NOT NULL,
  Languages STRING(1024) NOT NULL,
  Copyrights STRING(MAX) NOT NULL,
  Explicit BOOL NOT NULL,
  Popularity INT64 NOT NULL,
  Markets STRING(1024) NOT NULL,
  ImageId STRING(22),
) PRIMARY KEY (ShowId);

CREATE TABLE Audiobooks (
  AudiobookId STRING(22) NOT NULL,
  Name STRING(1024) NOT NULL,
  Authors STRING(MAX) NOT NULL,
  Narrators STRING(MAX) NOT NULL,
  Publisher STRING(1024) NOT NULL,
  Description STRING(MAX) NOT NULL,
  Edition STRING(256) NOT NULL,
  Languages STRING(1024) NOT NULL,
  Copyrights STRING(MAX) NOT NULL,
  Explicit BOOL NOT NULL,
  Popularity INT64 NOT NULL,
  Markets STRING(1024) NOT NULL,
  ImageId STRING(22),
) PRIMARY KEY (AudiobookId);

-- Tracks, episodes and chapters (Type: track, episode, chapter) and the album, show or audiobook each is in. Number is the
-- track's on its disc, the episode's from the show's first, the chapter's from the book's first. AvailableFrom and
-- AvailableUntil bound the time in which it may be played. Revision, Encodings (an encoding a line: codec, quality, kbit/s and
-- bytes) and the loudness are null until there is audio; they are columns, not rows, so that one row tells all that playback
-- asks of it.
CREATE TABLE Playables (
  PlayableId STRING(22) NOT NULL,
  Type STRING(16) NOT NULL,
  ParentId STRING(22) NOT NULL,
  DiscNumber INT64 NOT NULL,
  Number INT64 NOT NULL,
  Name STRING(1024) NOT NULL,
  DurationMs INT64 NOT NULL,
  Explicit BOOL NOT NULL,
  Popularity INT64 NOT NULL,
  Markets STRING(1024) NOT NULL,
  AvailableFrom TIMESTAMP,
  AvailableUntil TIMESTAMP,
  Isrc STRING(12),
  ReleaseDate STRING(10) NOT NULL,
  Description STRING(MAX) NOT NULL,
  Languages STRING(1024) NOT NULL,
  ImageId STRING(22),
  Revision STRING(22),
  Encodings STRING(MAX),
  GainDb FLOAT64,
  PeakDb FLOAT64,
) PRIMARY KEY (PlayableId);

CREATE INDEX PlayablesByParent ON Playables (ParentId, DiscNumber, Number);

CREATE TABLE Credits (
  PlayableId STRING(22) NOT NULL,
  Position INT64 NOT NULL,
  ArtistId STRING(22) NOT NULL,
  FOREIGN KEY (ArtistId) REFERENCES Artists (ArtistId),
) PRIMARY KEY (PlayableId, Position),
  INTERLEAVE IN PARENT Playables ON DELETE CASCADE;

CREATE INDEX CreditsByArtist ON Credits (ArtistId, PlayableId);

-- Where imported audio came from. SourceId is a hash of the path.
CREATE TABLE Sources (
  SourceId STRING(22) NOT NULL,
  Path STRING(MAX) NOT NULL,
  PlayableId STRING(22) NOT NULL,
  SizeBytes INT64 NOT NULL,
  ModifiedAt TIMESTAMP NOT NULL,
  ContentHash STRING(64) NOT NULL,
) PRIMARY KEY (SourceId);

CREATE INDEX SourcesByPlayable ON Sources (PlayableId);

-- Objects of revisions that nothing names any more. They stay until every URL to them has expired.
CREATE TABLE ObjectRemovals (
  Prefix STRING(256) NOT NULL,
  RemoveAt TIMESTAMP NOT NULL,
) PRIMARY KEY (Prefix);
