import { SignInError } from './session.js';

const STORE = 'account';
const KEY = 'current';

/**
 * The account that all tabs share, in IndexedDB, because its transactions show every tab the newest value, which local storage does not
 * promise. Fires `change` when another tab has changed it.
 */
export class SavedAccount extends EventTarget {
  #channel = new BroadcastChannel(STORE);

  constructor() {
    super();
    this.#channel.addEventListener('message', () => this.dispatchEvent(new Event('change')));
  }

  /**
   * Returns the account; null if there is none.
   * @throws {SignInError} the browser cannot read it
   */
  async read() {
    try {
      return await transact('readonly', store => store.get(KEY)) ?? null;
    } catch {
      throw new SignInError('This browser cannot read the sign-in.');
    }
  }

  /**
   * Replaces the account.
   * @param {?object} account null to delete it
   * @param {string} [refreshToken] does nothing unless this is the saved token
   * @returns {Promise<boolean>} whether the account was replaced
   * @throws {SignInError} the browser cannot store it
   */
  async replace(account, refreshToken) {
    let isReplaced = false;
    await transact('readwrite', store => {
      const current = store.get(KEY);
      current.onsuccess = () => {
        isReplaced = refreshToken === undefined || current.result?.refreshToken === refreshToken;
        if (isReplaced) account ? store.put(account, KEY) : store.delete(KEY);
      };
      return current;
    }).catch(() => { throw new SignInError('This browser cannot store the sign-in.'); });
    if (isReplaced) this.#channel.postMessage(null);
    return isReplaced;
  }
}

// Durable, because the server has already replaced the token that is lost otherwise.
async function transact(mode, use) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: 'strict' });
      const request = use(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(STORE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
