import { EventParser } from './event-parser.js';
import { ConnectError } from './errors.js';

// The service sends a comment every 20 seconds.
const SILENCE_MS = 50_000;

/**
 * Reads the states that the service pushes, until the connection ends.
 * @param {Response} response
 * @param {Clock} clock
 * @param {AbortSignal} signal
 * @param {(state: ?PlayerState) => void} onState
 * @throws {ConnectError} the connection broke, or was silent for longer than the service's heartbeat takes
 */
export async function readStates(response, clock, signal, onState) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  let heard = new AbortController();
  watch();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard.abort();
      heard = new AbortController();
      watch();
      for (const { event, data } of parser.push(decoder.decode(value, { stream: true }))) {
        if (event === 'player') onState(JSON.parse(data));
      }
    }
  } catch (cause) {
    if (signal.aborted) return;
    throw new ConnectError(0, 'The connection was lost.', { cause });
  } finally {
    heard.abort();
  }

  async function watch() {
    const current = heard.signal;
    await clock.delay(SILENCE_MS, current);
    if (!current.aborted) await reader.cancel(new Error('silent')).catch(() => {});
  }
}
