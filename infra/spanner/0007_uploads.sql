-- The objects of the upload bucket, one row per name. UploadId is a hash of bucket and name. Name is escaped if it is not printable.
-- Generation is the newest object version whose processing was started. ClaimedUntil is the end of the current worker's lease, before
-- which no other worker starts. CompletedAt, Outcome and Reason are null until the generation is processed. Tries is the number of
-- attempts that ended without an outcome, because the instance stopped or the lease expired. A result is kept for 90 days, which is much
-- longer than an event is redelivered; after that, the import of the same content again changes nothing.
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
) PRIMARY KEY (UploadId),
  ROW DELETION POLICY (OLDER_THAN(CompletedAt, INTERVAL 90 DAY));
