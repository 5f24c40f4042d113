-- The factors of the tracks. The arrays are text, so that each row has two columns.
SELECT feature AS track_id, TO_JSON_STRING(factor_weights) AS factors
FROM ML.WEIGHTS(MODEL factors)
WHERE processed_input = 'track_id'
