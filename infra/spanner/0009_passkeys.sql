-- Passkeys of the one-machine home (WebAuthn credentials). CredentialId is in base64url. UserHandle is a random id of the account, which
-- the authenticator returns with the credential. Host is the relying party id: browsers offer the passkey at that host only. PublicKey is a
-- COSE key. IsBackupEligible tells whether the authenticator copies the passkey to other devices.
CREATE TABLE Passkeys (
  UserId STRING(128) NOT NULL,
  CredentialId STRING(1364) NOT NULL,
  UserHandle STRING(43) NOT NULL,
  Name STRING(64) NOT NULL,
  Host STRING(253) NOT NULL,
  PublicKey BYTES(4096) NOT NULL,
  SignCount INT64 NOT NULL,
  IsBackupEligible BOOL NOT NULL,
  CreatedAt TIMESTAMP NOT NULL,
  LastUsedAt TIMESTAMP,
) PRIMARY KEY (UserId, CredentialId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;

CREATE UNIQUE INDEX PasskeysByCredential ON Passkeys (CredentialId);

CREATE INDEX PasskeysByHandle ON Passkeys (UserHandle);

-- Challenges with which somebody has signed in, by their SHA-256, so that each works once.
CREATE TABLE UsedPasskeyChallenges (
  ChallengeHash STRING(64) NOT NULL,
  ExpiresAt TIMESTAMP NOT NULL,
) PRIMARY KEY (ChallengeHash),
  ROW DELETION POLICY (OLDER_THAN(ExpiresAt, INTERVAL 1 DAY));
