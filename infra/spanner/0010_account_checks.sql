-- What the accounts of the cloud last said about a user: at CheckedAt, the account was enabled, and the password had not changed since
-- ValidSince.
CREATE TABLE AccountChecks (
  UserId STRING(128) NOT NULL,
  CheckedAt TIMESTAMP NOT NULL,
  ValidSince TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;
