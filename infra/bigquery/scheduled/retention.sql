-- every sunday 04:30
-- writes: playback_events
-- Events are kept for 400 days: a year can be looked back on from its end. Whole partitions are dropped, which reads nothing.
DELETE FROM playback_events
WHERE date < DATE_SUB(@run_date, INTERVAL 400 DAY);
