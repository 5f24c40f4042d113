/**
 * The volume of the device that plays: the settings of this browser, or the volume of another device that is controlled. Has the members
 * and events of Settings that concern the volume.
 */
export class DeviceVolume extends EventTarget {
  #settings;
  #player;
  #connect;
  #wanted = null;          // what another device was asked for, until it has it
  #beforeMute = 1;

  constructor(settings, player, connect) {
    super();
    this.#settings = settings;
    this.#player = player;
    this.#connect = connect;
    for (const name of ['volume', 'muted']) settings.addEventListener(name, () => this.#emit());
    player.addEventListener('change', () => {
      if (!connect.isBusy) this.#wanted = null;
      this.#emit();
    });
  }

  /** The position of the volume slider, 0 to 1. */
  get volume() {
    const { device } = this.#player;
    return device ? this.#wanted ?? (device.volume_percent ?? 100) / 100 : this.#settings.volume;
  }

  set volume(value) {
    const { device } = this.#player;
    if (!device) {
      this.#settings.volume = value;
    } else if (device.supports_volume) {
      this.#wanted = Math.min(1, Math.max(0, value));
      this.#connect.setVolume(this.#wanted * 100);
      this.#emit();
    }
  }

  get muted() { return this.#player.device ? this.volume === 0 : this.#settings.muted; }

  set muted(value) {
    if (!this.#player.device) {
      this.#settings.muted = value;
    } else if (value !== this.muted) {
      if (value) this.#beforeMute = this.volume;
      this.volume = value ? 0 : this.#beforeMute;
    }
  }

  #emit() {
    this.dispatchEvent(new Event('volume'));
  }
}
