-- every day 03:30
-- writes: daily_plays
-- Recalculates the last seven days, because clients that were offline report late. Replaces existing rows, so it can be repeated.
BEGIN TRANSACTION;

DELETE FROM daily_plays
WHERE date BETWEEN DATE_SUB(@run_date, INTERVAL 7 DAY) AND DATE_SUB(@run_date, INTERVAL 1 DAY);

INSERT INTO daily_plays (date, playable_id, plays, listeners, played_ms)
SELECT date, playable_id, SUM(CASE WHEN played_ms >= 30000 THEN 1 ELSE 0 END), COUNT(DISTINCT user_id), SUM(played_ms)
FROM playback_events_once
WHERE date BETWEEN DATE_SUB(@run_date, INTERVAL 7 DAY) AND DATE_SUB(@run_date, INTERVAL 1 DAY)
GROUP BY date, playable_id;

COMMIT TRANSACTION;
