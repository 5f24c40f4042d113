/**
 * The state of a listener's player on all devices, as docs/player.md describes it. Times are Unix milliseconds of the service's clock.
 * @typedef {object} PlayerState
 * @property {number} revision
 * @property {Device[]} devices
 * @property {string} [active_device_id]
 * @property {{type: string, uri: string}} [context]
 * @property {Item} [item]
 * @property {number} timestamp when the position was `progress_ms`
 * @property {number} progress_ms
 * @property {boolean} is_playing
 * @property {'off'|'context'|'track'} repeat_state
 * @property {boolean} shuffle_state
 * @property {Item[]} previous
 * @property {Item[]} queue
 * @property {Item[]} next
 * @property {boolean} next_is_complete
 * @property {{revision: number, device_id: string, type: string, issued_at: number}[]} commands
 */

/**
 * @typedef {object} Device
 * @property {string} id
 * @property {string} name
 * @property {string} type
 * @property {number} [volume_percent]
 * @property {boolean} supports_volume
 * @property {boolean} is_restricted
 * @property {number} lease_ends_at
 */

/**
 * @typedef {object} Item
 * @property {string} uid unique in the session
 * @property {string} uri
 * @property {number} duration_ms
 * @property {'context'|'queue'|'autoplay'} source
 */

/** Returns the devices whose lease has not ended at a time. */
export function devicesAt(state, now) {
  return (state.devices ?? []).filter(device => device.lease_ends_at > now);
}

/** Returns the active device at a time; null if there is none or its lease has ended. */
export function activeDeviceAt(state, now) {
  return devicesAt(state, now).find(device => device.id === state.active_device_id) ?? null;
}

/** Returns whether the item plays at a time. Playback ends with the lease of the active device. */
export function isPlayingAt(state, now) {
  return Boolean(state.is_playing && state.item && activeDeviceAt(state, now));
}

/** Returns the position in the item at a time, in milliseconds. */
export function positionAt(state, now) {
  if (!state.item) return 0;
  const active = state.devices?.find(device => device.id === state.active_device_id);
  const end = Math.min(now, active?.lease_ends_at ?? state.timestamp);
  const elapsed = state.is_playing ? Math.max(0, end - state.timestamp) : 0;
  return Math.min(Math.max(0, state.progress_ms + elapsed), state.item.duration_ms);
}

/** Returns the commands for a device that it has not acknowledged, the oldest first. */
export function commandsFor(state, deviceId) {
  return (state.commands ?? []).filter(command => command.device_id === deviceId);
}

/** Returns the newest time in a state, which the clock of the service had passed when it was written. */
export function newestTimeOf(state) {
  const seen = (state.devices ?? []).map(device => device.seen_at);
  const issued = (state.commands ?? []).map(command => command.issued_at);
  return Math.max(0, ...[state.timestamp, ...seen, ...issued].filter(Number.isFinite));
}
