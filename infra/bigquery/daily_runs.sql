-- The versions of a day's aggregates that are complete. A row is added after the rows of all aggregates, so that readers see all or none.
CREATE TABLE daily_runs (
  date DATE NOT NULL,
  month STRING NOT NULL,
  calculated_at TIMESTAMP NOT NULL,
  -- The number of rows of the day, in the tables that the aggregates follow from. If it has grown, the day is calculated again.
  source_rows INT64 NOT NULL,
)
PARTITION BY date
CLUSTER BY calculated_at;
