-- Apps that may ask users for access. AppId is the OAuth client id. SecretHash is the SHA-256 of the client secret; after a rotation,
-- PreviousSecretHash is accepted until PreviousSecretUntil. RedirectUris has one URI per line.
CREATE TABLE Apps (
  AppId STRING(32) NOT NULL,
  OwnerId STRING(128) NOT NULL,
  Name STRING(128) NOT NULL,
  RedirectUris STRING(MAX) NOT NULL,
  SecretHash STRING(64) NOT NULL,
  PreviousSecretHash STRING(64),
  PreviousSecretUntil TIMESTAMP,
  CreatedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (AppId);

CREATE INDEX AppsByOwner ON Apps (OwnerId, CreatedAt);

-- The access that users have allowed to apps. Scopes are separated by spaces. Tokens belong to a GrantId, so that deleting the row
-- withdraws all of the app's tokens for the user at once.
CREATE TABLE AppGrants (
  UserId STRING(128) NOT NULL,
  AppId STRING(32) NOT NULL,
  GrantId STRING(22) NOT NULL,
  Scopes STRING(1024) NOT NULL,
  GrantedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, AppId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;

-- Authorization codes, by the SHA-256 of the code. FamilyId is null until the code is redeemed; a second use revokes that family.
CREATE TABLE AuthorizationCodes (
  CodeHash STRING(64) NOT NULL,
  AppId STRING(32) NOT NULL,
  UserId STRING(128) NOT NULL,
  GrantId STRING(22) NOT NULL,
  RedirectUri STRING(MAX) NOT NULL,
  Scopes STRING(1024) NOT NULL,
  CodeChallenge STRING(64),
  FamilyId STRING(22),
  ExpiresAt TIMESTAMP NOT NULL,
) PRIMARY KEY (CodeHash),
  ROW DELETION POLICY (OLDER_THAN(ExpiresAt, INTERVAL 1 DAY));

CREATE INDEX AuthorizationCodesByUser ON AuthorizationCodes (UserId);

-- Refresh tokens: a family is one sign-in of an app. TokenHash is the SHA-256 of the current token. Of a public client's family,
-- PreviousTokenHash and Salt are those of the last renewal, at RenewedAt: the previous token and the salt yield the current token again,
-- for a client that lost the response. IsPublic tells whether the client has no secret. A family that is not used for a year is deleted.
CREATE TABLE RefreshTokens (
  FamilyId STRING(22) NOT NULL,
  AppId STRING(32) NOT NULL,
  UserId STRING(128) NOT NULL,
  GrantId STRING(22) NOT NULL,
  Scopes STRING(1024) NOT NULL,
  IsPublic BOOL NOT NULL,
  TokenHash STRING(64) NOT NULL,
  PreviousTokenHash STRING(64),
  Salt STRING(64),
  RenewedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (FamilyId),
  ROW DELETION POLICY (OLDER_THAN(RenewedAt, INTERVAL 365 DAY));

CREATE INDEX RefreshTokensByUser ON RefreshTokens (UserId);

-- Browsers in which a user is signed in, by the SHA-256 of the cookie.
CREATE TABLE Sessions (
  SessionHash STRING(64) NOT NULL,
  UserId STRING(128) NOT NULL,
  SignedInAt TIMESTAMP NOT NULL,
  ExpiresAt TIMESTAMP NOT NULL,
) PRIMARY KEY (SessionHash),
  ROW DELETION POLICY (OLDER_THAN(ExpiresAt, INTERVAL 1 DAY));

CREATE INDEX SessionsByUser ON Sessions (UserId);

-- The accounts of the one-machine home. PasswordHash is null until the user has chosen a password. IsOwner marks who may invite others.
CREATE TABLE LocalAccounts (
  UserId STRING(128) NOT NULL,
  PasswordHash STRING(256),
  IsOwner BOOL NOT NULL,
) PRIMARY KEY (UserId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;

-- One-time links, by the SHA-256 of the token in the link: to create an account (UserId is null), or to choose a new password for an
-- existing one. Product and Country are those of the account to create.
CREATE TABLE Invitations (
  TokenHash STRING(64) NOT NULL,
  UserId STRING(128),
  IsOwner BOOL NOT NULL,
  Product STRING(16) NOT NULL,
  Country STRING(2) NOT NULL,
  ExpiresAt TIMESTAMP NOT NULL,
) PRIMARY KEY (TokenHash),
  ROW DELETION POLICY (OLDER_THAN(ExpiresAt, INTERVAL 1 DAY));
