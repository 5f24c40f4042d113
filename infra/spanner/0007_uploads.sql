-- Objects of the upload bucket that have arrived, a row for each name: UploadId is a hash of bucket and name, Generation the newest
-- version that was begun. While one is at work ClaimedUntil says for how long it may be; nobody else begins before. CompletedAt,
-- Outcome and Reason are null until that generation is done; a refused name is kept in a printable form. Tries counts those that
-- ended in nothing: the instance died, or it took too long.
CREATE TABLE Uploads (
  UploadId STRING(22) NOT NULL,
  Bucket STRING(256) NOT NULL,
  Name STRING(MAX) NOT NULL,
  Generation INT64 NOT NULL,
  Tries INT64 NOT NULL,
  ClaimedUntil TIMESTAMP,
  CompletedAt TIMESTAMP,
  Outcome STRING(16),
  Reason STRING(MAX),
) PRIMARY KEY (UploadId);

-- Whether a content is known, without reading every source.
CREATE INDEX SourcesByContent ON Sources (ContentHash);
