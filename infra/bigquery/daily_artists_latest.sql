-- The latest complete version of daily_artists, with rates from 0 to 1.
CREATE VIEW daily_artists_latest AS
SELECT d.date, d.month, d.market, d.artist_id, d.streams, d.plays, d.listeners, d.played_ms, d.skips, d.completions, d.saves,
  CASE WHEN d.streams > 0 THEN 1.0 * d.skips / d.streams END AS skip_rate,
  CASE WHEN d.streams > 0 THEN 1.0 * d.completions / d.streams END AS completion
FROM daily_artists AS d
JOIN (SELECT date, MAX(calculated_at) AS calculated_at FROM daily_runs GROUP BY date) AS r
  ON r.date = d.date AND r.calculated_at = d.calculated_at;
