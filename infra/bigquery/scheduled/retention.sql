-- every sunday 04:30
-- writes: playback_events
-- Keeps events for 400 days, so that a whole year is available after its end. Deletes whole partitions, which is free.
DELETE FROM playback_events
WHERE date < DATE_SUB(@run_date, INTERVAL 400 DAY);
