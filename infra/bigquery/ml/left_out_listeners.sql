-- Replaces the listeners who are not trained on: those with private sessions or exclusions, suspects, and accounts that are being removed.
LOAD DATA OVERWRITE left_out_listeners (listener_id STRING)
FROM FILES (format = 'JSON', uris = ['gs://{bucket}/{prefix}*.json.gz'])
