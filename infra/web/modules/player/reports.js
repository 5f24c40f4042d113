import { deviceId, randomId } from '../connect/device-id.js';

const PREFIX = 'event.';
const MAX_STORED = 1000;
const MAX_BATCH = 100;
const DELAY_MS = 3_000;
const RETRY_MS = 30_000;
const LONGEST_STEP_S = 2;

/**
 * Reports what is played, for the listening history, recommendations and charts. Each event is an entry of the local storage until the
 * service has acknowledged it, so that plays survive a lost network and a closed page. Reporting an event twice has no effect.
 */
export function connectReports(player, audio, api, session) {
  const store = new EventStore();
  const device = deviceId(storage());
  let stream = null;
  let timer = 0;
  let sending = false;

  player.addEventListener('change', () => {
    if (player.status === 'playing' && !stream) start();
  });
  player.addEventListener('completed', () => end('completed'));
  player.addEventListener('skipped', () => {
    if (stream) add('skip', { uri: stream.uri, played_ms: heard() });
    end('skipped');
  });
  player.addEventListener('stopped', () => end('skipped'));
  player.addEventListener('failed', () => end('error'));
  player.addEventListener('fetch-failure', () => add('fetch_failure', { uri: player.item.uri }));
  audio.addEventListener('timeupdate', listen);
  audio.addEventListener('seeking', () => { if (stream) stream.at = null; });
  addEventListener('pagehide', () => {
    end('skipped');
    send({ keepalive: true });
  });
  addEventListener('online', () => schedule(0));
  session.addEventListener('change', () => schedule(DELAY_MS));
  schedule(DELAY_MS);

  function start() {
    stream = { uri: player.item.uri, contextUri: player.queue.contextUri, heard: 0, at: null, user: session.user?.name };
    add('stream_start', { uri: stream.uri, context_uri: stream.contextUri });
  }

  // Adds up what is heard: neither pauses nor what a seek skips.
  function listen() {
    if (!stream) return;
    const step = audio.currentTime - (stream.at ?? audio.currentTime);
    if (step > 0 && step < LONGEST_STEP_S) stream.heard += step;
    stream.at = audio.currentTime;
    stream.durationMs = Math.round(player.duration * 1000);
    stream.positionMs = Math.round(audio.currentTime * 1000);
  }

  function heard() {
    return Math.round(stream.heard * 1000);
  }

  function end(reason) {
    if (!stream) return;
    add('stream_end', {
      uri: stream.uri,
      context_uri: stream.contextUri,
      played_ms: heard(),
      duration_ms: stream.durationMs,
      position_ms: stream.positionMs,
      end_reason: reason,
    });
    stream = null;
  }

  function add(type, members) {
    const user = stream?.user ?? session.user?.name;
    if (!user) return;
    store.add(user, { id: randomId(), type, timestamp: new Date().toISOString(), device_id: device, ...members });
    schedule(DELAY_MS);
  }

  function schedule(delay) {
    clearTimeout(timer);
    timer = setTimeout(() => send(), delay);
  }

  async function send({ keepalive = false } = {}) {
    const user = session.user?.name;
    const batch = user && navigator.onLine ? store.of(user).slice(0, MAX_BATCH) : [];
    if (batch.length === 0 || (sending && !keepalive)) return;
    sending = true;
    try {
      const events = batch.map(([, event]) => event);
      await api.post('/v1/events', { sent_at: new Date().toISOString(), events }, { keepalive });
      store.remove(batch);
      schedule(0);
    } catch (e) {
      // Events that the service rejects for good are not sent again.
      if (e.status === 400 || e.status === 413) store.remove(batch);
      schedule(RETRY_MS);
    } finally {
      sending = false;
    }
  }
}

/** The events that have not been acknowledged, by user. In memory if there is no local storage, such as in a private window. */
class EventStore {
  #entries = storage();

  add(user, event) {
    const keys = this.#keys();
    for (const key of keys.slice(0, Math.max(0, keys.length + 1 - MAX_STORED))) this.#entries.removeItem(key);
    try {
      this.#entries.setItem(`${PREFIX}${event.timestamp}.${event.id}`, JSON.stringify({ user, event }));
    } catch {
      // The storage is full.
    }
  }

  /** Returns pairs of key and event, oldest first. */
  of(user) {
    return this.#keys().flatMap(key => {
      try {
        const entry = JSON.parse(this.#entries.getItem(key));
        return entry.user === user ? [[key, entry.event]] : [];
      } catch {
        this.#entries.removeItem(key);
        return [];
      }
    });
  }

  remove(batch) {
    for (const [key] of batch) this.#entries.removeItem(key);
  }

  #keys() {
    return Array.from({ length: this.#entries.length }, (_, i) => this.#entries.key(i)).filter(key => key?.startsWith(PREFIX)).sort();
  }
}

/** Returns the local storage; without it, such as in a private window, a storage in memory. */
export function storage() {
  try {
    localStorage.getItem(PREFIX);
    return localStorage;
  } catch {
    const entries = new Map();
    return {
      get length() { return entries.size; },
      key: i => [...entries.keys()][i],
      getItem: key => entries.get(key) ?? null,
      setItem: (key, value) => entries.set(key, value),
      removeItem: key => entries.delete(key),
    };
  }
}
