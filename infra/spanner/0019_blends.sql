-- Blends: the common list of two listeners.

-- Invitations. Only a hash of the token is stored. AcceptedBy is the listener who used the invitation, so that a repeated acceptance has
-- the same answer; nobody else can use it.
CREATE TABLE BlendInvitations (
  TokenHash STRING(64) NOT NULL,
  UserId STRING(128) NOT NULL,
  ExpiresAt TIMESTAMP NOT NULL,
  AcceptedBy STRING(128),
) PRIMARY KEY (TokenHash),
  ROW DELETION POLICY (OLDER_THAN(ExpiresAt, INTERVAL 1 DAY));

CREATE INDEX BlendInvitationsByUser ON BlendInvitations (UserId, ExpiresAt) STORING (AcceptedBy);

CREATE NULL_FILTERED INDEX BlendInvitationsByAcceptor ON BlendInvitations (AcceptedBy);

-- The blends of a listener: a row for each of the two. Both have a playlist of their own with the same tracks, in GeneratedPlaylists under
-- Surface, which is "blend:" and a random id that both rows have. Period is the date for which the playlist was last generated; empty
-- before the first time. MatchPercent is how similar the tastes were then.
CREATE TABLE Blends (
  UserId STRING(128) NOT NULL,
  OtherUserId STRING(128) NOT NULL,
  Surface STRING(32) NOT NULL,
  Period STRING(10) NOT NULL,
  MatchPercent INT64 NOT NULL,
  CreatedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, OtherUserId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;

CREATE INDEX BlendsByOther ON Blends (OtherUserId, UserId);
