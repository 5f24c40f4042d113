/**
 * A refusal or failure of offline listening. `code` is the reason of the service, or one of:
 *
 * - NOT_REGISTERED: this device has no keys yet
 * - NO_LICENSE, LICENSE_EXPIRED, OTHER_DEVICE: nothing may be played
 * - RENEWAL_REQUIRED: the object of the license was replaced, and the license has to be renewed before the download
 * - CLOCK_TURNED_BACK: the clock is earlier than the service's time that the device has seen
 * - MALFORMED, UNSUPPORTED, INVALID_SIGNATURE: a signed document is refused
 * - TAMPERED: audio does not authenticate
 * - NOT_DOWNLOADED: the audio is not there, or not all of it
 * - NO_CONNECTION: no response
 * - HTTP_{status}: an error response without a reason
 */
export class OfflineError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {{status?: number, retryAfterS?: number, cause?: unknown}} [details] status: the HTTP status, 0 without a response
   */
  constructor(code, message, { status = 0, retryAfterS, cause } = {}) {
    super(message, { cause });
    this.name = 'OfflineError';
    this.code = code;
    this.status = status;
    this.retryAfterS = retryAfterS;
  }

  /** Whether the request may succeed later, unchanged: downloads pause and continue then. */
  get isTemporary() {
    return this.code === 'NO_CONNECTION' || this.status === 429 || this.status >= 500;
  }
}
