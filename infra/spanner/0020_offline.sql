-- Offline listening: devices, encrypted audio, and what each device holds.

-- Registered devices, at most 5 per user. DeviceId follows from SigningKey, so that a repeated registration finds its row. The keys are
-- public P-256 keys as JSON Web Keys: the device signs with the first and receives content keys with the second. Tracks is the number of
-- rows of OfflineTracks that are wanted or licensed; Collections and Members are the numbers of rows of these tables. Revision counts the
-- changes of OfflineTracks, Serial numbers the device's licenses. SuspendedAt is set when offline plays of two devices overlap, until the
-- listener chooses one of them at ChosenAt. RemovedAt is set when the removal of the device begins, which deletes its rows in several
-- transactions: the device gets nothing from then on.
CREATE TABLE Devices (
  UserId STRING(128) NOT NULL,
  DeviceId STRING(22) NOT NULL,
  Name STRING(64) NOT NULL,
  Type STRING(16) NOT NULL,
  SigningKey STRING(256) NOT NULL,
  AgreementKey STRING(256) NOT NULL,
  Tracks INT64 NOT NULL,
  Collections INT64 NOT NULL,
  Members INT64 NOT NULL,
  Revision INT64 NOT NULL,
  Serial INT64 NOT NULL,
  SuspendedAt TIMESTAMP,
  ChosenAt TIMESTAMP,
  RemovedAt TIMESTAMP,
  RegisteredAt TIMESTAMP NOT NULL,
  SeenAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, DeviceId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;

-- The playlists, albums and audiobooks (Type) that a device keeps. Version is that of the playlist to which the rows of OfflineMembers
-- correspond; -1 before they do, 0 for albums and audiobooks.
CREATE TABLE OfflineCollections (
  UserId STRING(128) NOT NULL,
  DeviceId STRING(22) NOT NULL,
  Type STRING(16) NOT NULL,
  ItemId STRING(22) NOT NULL,
  Quality STRING(16) NOT NULL,
  Codecs STRING(64) NOT NULL,
  Version INT64 NOT NULL,
  AddedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, DeviceId, Type, ItemId),
  INTERLEAVE IN PARENT Devices ON DELETE CASCADE;

-- The tracks, episodes and chapters of a collection that a device keeps. Position is from 0.
CREATE TABLE OfflineMembers (
  UserId STRING(128) NOT NULL,
  DeviceId STRING(22) NOT NULL,
  Type STRING(16) NOT NULL,
  ItemId STRING(22) NOT NULL,
  PlayableId STRING(22) NOT NULL,
  Position INT64 NOT NULL,
) PRIMARY KEY (UserId, DeviceId, Type, ItemId, PlayableId),
  INTERLEAVE IN PARENT OfflineCollections ON DELETE CASCADE;

CREATE INDEX OfflineMembersByPlayable ON OfflineMembers (UserId, DeviceId, PlayableId) STORING (Position);

-- The tracks, episodes and chapters (Type) of a device. State is wanted (no license yet), licensed or dropped. IsRequested tells whether
-- the listener asked for the item itself, not only for a collection with it. Quality and Codecs (separated by spaces) are those asked
-- for; Encoding, KeyId, Serial, IssuedAt and ExpiresAt are those of the newest license. Change is the revision of the device with the
-- last change of the row. A dropped row remains for devices that have not synced since.
CREATE TABLE OfflineTracks (
  UserId STRING(128) NOT NULL,
  DeviceId STRING(22) NOT NULL,
  PlayableId STRING(22) NOT NULL,
  Type STRING(16) NOT NULL,
  State STRING(16) NOT NULL,
  IsRequested BOOL NOT NULL,
  Quality STRING(16) NOT NULL,
  Codecs STRING(64) NOT NULL,
  Encoding STRING(32),
  KeyId STRING(22),
  Serial INT64,
  IssuedAt TIMESTAMP,
  ExpiresAt TIMESTAMP,
  Change INT64 NOT NULL,
  AddedAt TIMESTAMP NOT NULL,
  DroppedAt TIMESTAMP,
) PRIMARY KEY (UserId, DeviceId, PlayableId),
  INTERLEAVE IN PARENT Devices ON DELETE CASCADE,
  ROW DELETION POLICY (OLDER_THAN(DroppedAt, INTERVAL 45 DAY));

CREATE INDEX OfflineTracksByChange ON OfflineTracks (UserId, DeviceId, State, Change, PlayableId);

CREATE INDEX OfflineTracksByExpiry ON OfflineTracks (UserId, DeviceId, State, ExpiresAt, PlayableId);

-- Plays without a connection on registered devices, reported later: they must not overlap with those of another device. IsChecked tells
-- whether the play was compared with the plays of other devices, which a sync does with each play once.
CREATE TABLE OfflinePlays (
  UserId STRING(128) NOT NULL,
  EventId STRING(64) NOT NULL,
  DeviceId STRING(22) NOT NULL,
  StartedAt TIMESTAMP NOT NULL,
  EndedAt TIMESTAMP NOT NULL,
  IsChecked BOOL NOT NULL,
) PRIMARY KEY (UserId, EventId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE,
  ROW DELETION POLICY (OLDER_THAN(EndedAt, INTERVAL 45 DAY));

CREATE INDEX OfflinePlaysByTime ON OfflinePlays (UserId, IsChecked, EndedAt DESC, EventId) STORING (DeviceId, StartedAt);

-- The encrypted copies of encodings, for devices. Encoding is the file name of the plain object, such as high.ogg; the name of the copy
-- adds KeyId. WrappedKey is the content key, encrypted by the master key MasterKeyId. SizeBytes is that of the plain object. A copy of
-- another Revision than the track's is replaced when it is next asked for.
CREATE TABLE EncryptedObjects (
  PlayableId STRING(22) NOT NULL,
  Encoding STRING(32) NOT NULL,
  Revision STRING(22) NOT NULL,
  KeyId STRING(22) NOT NULL,
  WrappedKey BYTES(128) NOT NULL,
  MasterKeyId STRING(64) NOT NULL,
  SizeBytes INT64 NOT NULL,
  EncryptedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (PlayableId, Encoding),
  INTERLEAVE IN PARENT Playables ON DELETE CASCADE;
