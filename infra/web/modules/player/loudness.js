/**
 * What the audio element's volume is set to. The slider is squared, which comes closer to how loudness is heard. The gain brings a
 * recording to the reference loudness; the element cannot go over 1, so that a positive gain uses up what the slider left and
 * never clips.
 * @param {number} level the slider, 0 to 1
 * @param {number} gainDb ReplayGain, dB
 */
export function elementVolume(level, gainDb) {
  return Math.min(1, level * level * 10 ** (gainDb / 20));
}
