-- Where listeners stopped in episodes and chapters.

-- The newest position of a user in an episode or chapter: PositionMs from the start, 0 if it was fully played. UpdatedAt is the time at
-- which the user was there; an older position does not replace a newer one, whenever it arrives. A row is read by its key only, because
-- users have as many rows as they have played episodes and chapters.
CREATE TABLE ResumePoints (
  UserId STRING(128) NOT NULL,
  PlayableId STRING(22) NOT NULL,
  PositionMs INT64 NOT NULL,
  FullyPlayed BOOL NOT NULL,
  UpdatedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, PlayableId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE;
