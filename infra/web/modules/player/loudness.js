/**
 * Returns the volume of the audio element. The slider position is squared, because the square is closer to perceived loudness.
 * The gain brings a recording to the reference loudness. The element's volume cannot exceed 1, so a positive gain never clips
 * but is only effective as far as the slider leaves headroom.
 * @param {number} level the position of the slider, 0 to 1
 * @param {number} gainDb ReplayGain, dB
 */
export function elementVolume(level, gainDb) {
  return Math.min(1, level * level * 10 ** (gainDb / 20));
}
