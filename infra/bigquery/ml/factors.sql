-- Fits the factor model of a training. The training replaces the words in braces. Negative sums have no place in the implicit feedback of
-- BigQuery ML and are left out, and so are saved albums.
CREATE OR REPLACE MODEL factors
OPTIONS (
  model_type = 'MATRIX_FACTORIZATION', feedback_type = 'IMPLICIT',
  user_col = 'listener_id', item_col = 'track_id', rating_col = 'rating',
  num_factors = {factors}, wals_alpha = {alpha}, l2_reg = {regularization}, max_iterations = {iterations}, data_split_method = 'NO_SPLIT'
) AS
SELECT listener_id, track_id, LN(1 + SUM(weight) / {weight_scale}) AS rating
FROM (
  SELECT listener_id, playable_id AS track_id,
    engagement / 1000 * POW(0.5, GREATEST(0, TIMESTAMP_DIFF(TIMESTAMP '{end}', ended_at, SECOND)) / 86400 / {half_life}) AS weight
  FROM valid_plays
  WHERE date BETWEEN DATE '{from}' AND DATE '{to}' AND type = 'track' AND NOT is_private
  UNION ALL
  SELECT listener_id, item_id,
    {playlist_add} * POW(0.5, GREATEST(0, TIMESTAMP_DIFF(TIMESTAMP '{end}', changed_at, SECOND)) / 86400 / {half_life})
  FROM library_changes_once
  WHERE date BETWEEN DATE '{from}' AND DATE '{to}' AND kind = 'added_to_playlist' AND item_type = 'track'
  UNION ALL
  SELECT listener_id, item_id, CASE kind WHEN 'saved' THEN {saved_track} ELSE -{saved_track} END
  FROM library_changes_once
  WHERE date BETWEEN DATE '{from}' AND DATE '{to}' AND kind IN ('saved', 'removed') AND item_type = 'track'
)
WHERE listener_id NOT IN (SELECT listener_id FROM left_out_listeners)
GROUP BY listener_id, track_id
HAVING SUM(weight) > 0
