const KEY = 'device';

/**
 * Returns the id of this browser, which the storage keeps. It is the id in reports of plays, too.
 * @param {Storage} storage
 * @param {string} [registered] the id of the offline registration, if there is one, which replaces the other
 * @returns {string}
 */
export function deviceId(storage, registered) {
  const id = registered ?? storage.getItem(KEY) ?? randomId();
  try {
    storage.setItem(KEY, id);
  } catch {
    // The storage is full: the device has another id next time.
  }

  return id;
}

/**
 * Claims a device id for this tab as long as it is open, because each tab plays for itself: that of the browser in the first tab, and
 * another one in further tabs. Without locks, which exist in secure contexts only, all tabs are one device.
 * @param {string} id the id of the browser
 * @param {Storage} session the storage of the tab, which survives a reload
 * @param {LockManager} [locks]
 * @returns {Promise<{id: string, isFirst: boolean}>}
 */
export async function claimDeviceId(id, session, locks) {
  if (!locks || await hold(locks, id)) return { id, isFirst: true };
  // A duplicated tab has a copy of the storage.
  const kept = session.getItem(KEY);
  if (kept && await hold(locks, kept)) return { id: kept, isFirst: false };
  const other = randomId();
  session.setItem(KEY, other);
  await hold(locks, other);
  return { id: other, isFirst: false };
}

/** Returns 128 random bits in hexadecimal. crypto.randomUUID exists in secure contexts only. */
export function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}

// The lock is held until the tab is closed.
function hold(locks, id) {
  return new Promise((resolve, reject) => {
    locks.request(`player ${id}`, { ifAvailable: true }, lock => {
      resolve(lock !== null);
      return lock && new Promise(() => {});
    }).catch(reject);
  });
}
