/** A request of the player that failed: an error response, or no response. */
export class ConnectError extends Error {
  name = 'ConnectError';

  /**
   * @param {number} status the HTTP status; 0 if there was no response
   * @param {string} message
   * @param {{reason?: string, retryAfterS?: number, cause?: Error}} [details] reason: an error code, such as NO_ACTIVE_DEVICE
   */
  constructor(status, message, { reason, retryAfterS, cause } = {}) {
    super(message, { cause });
    this.status = status;
    this.reason = reason;
    this.retryAfterS = retryAfterS;
  }

  /** Whether the service may answer otherwise later: it is down, not reachable, or asks to wait. */
  get isTemporary() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}
