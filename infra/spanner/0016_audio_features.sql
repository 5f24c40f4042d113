-- The features of tracks that are computed from their sound.

-- Version is that of the extractor, because the values of different versions cannot be compared. Revision is the audio that the values
-- belong to. PitchClass is 0 (C) to 11 (B) or -1, Mode 1 (major), 0 (minor) or -1. Embedding is in the format of
-- Spotify.Audio.Features.AudioEmbedding. The bars, beats and segments are an object beside the encodings of the revision.
CREATE TABLE TrackAudioFeatures (
  PlayableId STRING(22) NOT NULL,
  Version INT64 NOT NULL,
  Revision STRING(22) NOT NULL,
  Tempo FLOAT64 NOT NULL,
  PitchClass INT64 NOT NULL,
  Mode INT64 NOT NULL,
  TimeSignature INT64 NOT NULL,
  Loudness FLOAT64 NOT NULL,
  Energy FLOAT64 NOT NULL,
  Danceability FLOAT64 NOT NULL,
  Valence FLOAT64 NOT NULL,
  Acousticness FLOAT64 NOT NULL,
  Instrumentalness FLOAT64 NOT NULL,
  Speechiness FLOAT64 NOT NULL,
  Liveness FLOAT64 NOT NULL,
  Embedding BYTES(256) NOT NULL,
) PRIMARY KEY (PlayableId),
  INTERLEAVE IN PARENT Playables ON DELETE CASCADE;
