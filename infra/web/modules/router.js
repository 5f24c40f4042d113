/**
 * Shows the view of the address, and follows links within the page without loading it anew. A view is a function of
 * { params, query, signal } that answers { title, content } or a promise of it; the signal aborts when the view is left.
 */
export class Router {
  #routes;
  #show;
  #leave = new AbortController();

  /**
   * @param {[string, Function][]} routes patterns such as /album/:id, and their views
   * @param {Function} show ({ load, path, signal, keepFocus, restoreScroll }) => promise, once the view is on the page
   */
  constructor(routes, show) {
    this.#routes = routes.map(([pattern, view]) => ({ names: pattern.split('/'), view }));
    this.#show = show;
    history.scrollRestoration = 'manual';
    document.addEventListener('click', event => this.#clicked(event));
    addEventListener('popstate', event => this.#render({ scroll: event.state?.scroll ?? 0 }));
  }

  /** Goes to an address of the page. */
  go(address, { replace = false, keepFocus = false } = {}) {
    if (!replace) {
      history.replaceState({ scroll: scrollY }, '');
      history.pushState({ scroll: 0 }, '', address);
    } else {
      history.replaceState({ scroll: 0 }, '', address);
    }

    return this.#render({ scroll: 0, keepFocus });
  }

  /** Shows the view of the address once more. */
  refresh() {
    return this.#render({ scroll: 0 });
  }

  #render(options) {
    this.#leave.abort();
    this.#leave = new AbortController();
    const { signal } = this.#leave;
    const { view, params } = this.#match();
    return this.#show({ load: () => view({ params, query: new URLSearchParams(location.search), signal }), path: location.pathname, signal, ...options });
  }

  #match() {
    const parts = location.pathname.replace(/(?<=.)\/$/, '').split('/');
    for (const { names, view } of this.#routes) {
      if (names[0] === '*') return { view, params: {} };
      if (names.length !== parts.length) continue;
      const params = {};
      const matches = names.every((name, i) => {
        if (!name.startsWith(':')) return name === parts[i];
        params[name.slice(1)] = decode(parts[i]);
        return parts[i] !== '';
      });
      if (matches) return { view, params };
    }

    throw new Error('No route matches everything.');
  }

  #clicked(event) {
    const link = event.target.closest?.('a[href^="/"]');
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target) return;
    event.preventDefault();
    this.go(link.getAttribute('href'));
  }
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
