-- The ad impressions of the last 90 days: the record by which an event id is billed once per user. HappenedAt is the time of the first
-- report, because the clock correction of a repeated report may move it to another day, where the warehouse would count it again.
CREATE TABLE AdHistory (
  UserId STRING(128) NOT NULL,
  EventId STRING(64) NOT NULL,
  HappenedAt TIMESTAMP NOT NULL,
) PRIMARY KEY (UserId, EventId),
  INTERLEAVE IN PARENT Users ON DELETE CASCADE,
  ROW DELETION POLICY (OLDER_THAN(HappenedAt, INTERVAL 90 DAY));
