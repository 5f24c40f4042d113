const types = {
  vorbis: 'audio/ogg; codecs="vorbis"',
  aac: 'audio/mp4; codecs="mp4a.40.2"',
  flac: 'audio/mp4; codecs="flac"',
  flac_native: 'audio/flac',
};

/** Returns the codecs that this browser plays, in order of preference. */
export function playableCodecs(audio) {
  const codecs = Object.keys(types).filter(codec => audio.canPlayType(types[codec]) !== '');
  return codecs.length > 0 ? codecs : Object.keys(types);
}
