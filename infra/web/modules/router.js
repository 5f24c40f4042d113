/**
 * Shows the view for the current URL, and handles links without reloading the page. A view is a function of
 * { params, query, signal } that returns { title, content } or a promise of them; the signal aborts when the view is left.
 */
export class Router {
  #routes;
  #show;
  #leave = new AbortController();

  /**
   * @param {[string, Function][]} routes patterns such as /album/:id, with their views
   * @param {Function} show renders a view: ({ load, path, signal, scroll, keepFocus }) => a promise that resolves once it is rendered
   */
  constructor(routes, show) {
    this.#routes = routes.map(([pattern, view]) => ({ segments: pattern.split('/'), view }));
    this.#show = show;
    history.scrollRestoration = 'manual';
    document.addEventListener('click', event => this.#onClick(event));
    addEventListener('popstate', event => this.#render({ scroll: event.state?.scroll ?? 0 }));
  }

  /** Navigates to a path. */
  go(address, { replace = false, keepFocus = false } = {}) {
    if (!replace) {
      history.replaceState({ scroll: scrollY }, '');
      history.pushState({ scroll: 0 }, '', address);
    } else {
      history.replaceState({ scroll: 0 }, '', address);
    }

    return this.#render({ scroll: 0, keepFocus });
  }

  /** Renders the current view again. */
  refresh() {
    return this.#render({ scroll: 0 });
  }

  #render(options) {
    this.#leave.abort();
    this.#leave = new AbortController();
    const { signal } = this.#leave;
    const { view, params } = this.#match();
    const query = new URLSearchParams(location.search);
    return this.#show({ load: () => view({ params, query, signal }), path: location.pathname, signal, ...options });
  }

  #match() {
    const parts = location.pathname.replace(/(?<=.)\/$/, '').split('/');
    for (const { segments, view } of this.#routes) {
      if (segments[0] === '*') return { view, params: {} };
      if (segments.length !== parts.length) continue;
      const params = {};
      const matches = segments.every((segment, i) => {
        if (!segment.startsWith(':')) return segment === parts[i];
        params[segment.slice(1)] = decode(parts[i]);
        return parts[i] !== '';
      });
      if (matches) return { view, params };
    }

    throw new Error('No route matches: add a * route.');
  }

  #onClick(event) {
    const link = event.target.closest?.('a[href^="/"]');
    if (!link || link.target || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
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
