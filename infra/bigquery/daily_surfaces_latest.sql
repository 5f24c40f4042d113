-- The latest version of daily_surfaces, with rates from 0 to 1. A version is written by one statement, so it is complete.
CREATE VIEW daily_surfaces_latest AS
SELECT d.date, d.month, d.surface, d.reason_kind, d.model_version, d.variant, d.picks, d.listeners, d.streams, d.plays, d.completions,
  d.skips, d.saves, d.hits, d.hits_squared, d.hits_times_picks, d.picks_squared, d.calculated_at,
  1.0 * d.hits / d.picks AS hit_rate, 1.0 * d.saves / d.picks AS save_rate,
  CASE WHEN d.streams > 0 THEN 1.0 * d.skips / d.streams END AS skip_rate
FROM daily_surfaces AS d
JOIN (SELECT date, MAX(calculated_at) AS calculated_at FROM daily_surfaces GROUP BY date) AS r
  ON r.date = d.date AND r.calculated_at = d.calculated_at;
