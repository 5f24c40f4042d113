-- The catalog: artists, albums, shows, audiobooks, and their tracks, episodes and chapters.
--
-- Keys start with random ids, so that consecutive writes go to different splits. Lists that are always read whole (genres, languages,
-- authors) are one column, with one item per line. Markets are ISO 3166-1 alpha-2 codes separated by spaces, or '*' for all markets.
-- Times are UTC.

-- MusicBrainzId tells artists with the same name apart. SortName is a further name that search finds.
CREATE TABLE Artists (
  ArtistId STRING(22) NOT NULL,
  Name STRING(1024) NOT NULL,
  Genres STRING(MAX) NOT NULL,
  Popularity INT64 NOT NULL,
  Followers INT64 NOT NULL,
  ImageId STRING(22),
  MusicBrainzId STRING(36),
  SortName STRING(1024),
) PRIMARY KEY (ArtistId);

CREATE INDEX ArtistsByMusicBrainzId ON Artists (MusicBrainzId);

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

-- The artists of an album and of its tracks, one row each, so that a page of an artist's albums reads only that page. AlbumGroup is 0
-- album, 1 single, 2 compilation, 3 an album of others with a track by the artist. ReleaseDate and Markets are those of the album.
CREATE TABLE ArtistAlbums (
  AlbumId STRING(22) NOT NULL,
  ArtistId STRING(22) NOT NULL,
  AlbumGroup INT64 NOT NULL,
  ReleaseDate STRING(10) NOT NULL,
  Markets STRING(1024) NOT NULL,
) PRIMARY KEY (AlbumId, ArtistId),
  INTERLEAVE IN PARENT Albums ON DELETE CASCADE;

CREATE INDEX ArtistAlbumsByArtist ON ArtistAlbums (ArtistId, AlbumGroup, ReleaseDate DESC, AlbumId) STORING (Markets);

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

-- Tracks, episodes and chapters (Type: track, episode, chapter). ParentId is the album, show or audiobook. Number is the position of a
-- track on its disc, of an episode in its show (oldest first), or of a chapter in its audiobook, from 1. A playable can be played from
-- AvailableFrom to AvailableUntil. Revision, Encodings (one per line: codec, quality, kbit/s, bytes, sample rate, samples, encoder delay,
-- encoder padding) and the loudness (GainDb, PeakDb, and of the whole album AlbumGainDb, AlbumPeakDb) are null until there is audio. They
-- are columns instead of child rows because playback then reads a single row.
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
  AlbumGainDb FLOAT64,
  AlbumPeakDb FLOAT64,
) PRIMARY KEY (PlayableId);

CREATE INDEX PlayablesByParent ON Playables (ParentId, DiscNumber, Number);

-- The artists of a track. Popularity and Markets are those of the track, so that an artist's tracks can be read in order of popularity.
CREATE TABLE Credits (
  PlayableId STRING(22) NOT NULL,
  Position INT64 NOT NULL,
  ArtistId STRING(22) NOT NULL,
  Popularity INT64 NOT NULL,
  Markets STRING(1024) NOT NULL,
  FOREIGN KEY (ArtistId) REFERENCES Artists (ArtistId),
) PRIMARY KEY (PlayableId, Position),
  INTERLEAVE IN PARENT Playables ON DELETE CASCADE;

CREATE INDEX CreditsByArtist ON Credits (ArtistId, Popularity DESC, PlayableId) STORING (Markets);

-- What tags say about a track and responses do not show. Composers has one name per line. RecordingId is that of MusicBrainz.
CREATE TABLE TrackDetails (
  PlayableId STRING(22) NOT NULL,
  Composers STRING(MAX) NOT NULL,
  Lyrics STRING(MAX),
  RecordingId STRING(36),
) PRIMARY KEY (PlayableId),
  INTERLEAVE IN PARENT Playables ON DELETE CASCADE;

-- The source files of imported audio. SourceId is a hash of the path. FileHash is the SHA-256 of the file, AudioHash of its audio without
-- tags. Lossless tells whether the track gets a lossless encoding.
CREATE TABLE Sources (
  SourceId STRING(22) NOT NULL,
  Path STRING(MAX) NOT NULL,
  PlayableId STRING(22) NOT NULL,
  SizeBytes INT64 NOT NULL,
  ModifiedAt TIMESTAMP NOT NULL,
  FileHash STRING(64) NOT NULL,
  AudioHash STRING(64) NOT NULL,
  Lossless BOOL NOT NULL,
) PRIMARY KEY (SourceId);

CREATE INDEX SourcesByPlayable ON Sources (PlayableId);

CREATE INDEX SourcesByAudio ON Sources (AudioHash);

-- Name prefixes of objects that are no longer referenced. They are deleted at RemoveAt, when all signed URLs to them have expired. The
-- shard depends on the prefix only; without it, all writes would go to the end of the index.
CREATE TABLE ObjectRemovals (
  Prefix STRING(256) NOT NULL,
  Shard INT64 NOT NULL,
  RemoveAt TIMESTAMP NOT NULL,
) PRIMARY KEY (Prefix);

CREATE INDEX ObjectRemovalsByTime ON ObjectRemovals (Shard, RemoveAt, Prefix);
