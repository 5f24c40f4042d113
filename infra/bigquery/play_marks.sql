-- Plays that break a rule for valid plays. Rows of their own, because the rows of plays are append-only. A play can be marked more than
-- once. date and month are those of the play. Queries need no filter on the date, because valid_plays cannot pass it on to this table,
-- which has few rows.
CREATE TABLE play_marks (
  date DATE NOT NULL,
  month STRING NOT NULL,
  event_id STRING NOT NULL,
  listener_id STRING NOT NULL,
  rule STRING NOT NULL,
  marked_at TIMESTAMP NOT NULL,
)
PARTITION BY date
CLUSTER BY listener_id, event_id;
