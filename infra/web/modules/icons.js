import { s } from './dom.js';

// Paths on a 24 × 24 grid.
const shapes = {
  play: ['fill', 'M8 5.2v13.6a.8.8 0 0 0 1.2.7l11-6.8a.8.8 0 0 0 0-1.4l-11-6.8A.8.8 0 0 0 8 5.2z'],
  pause: ['fill', 'M7 4.5h3.2a.8.8 0 0 1 .8.8v13.4a.8.8 0 0 1-.8.8H7a.8.8 0 0 1-.8-.8V5.3a.8.8 0 0 1 .8-.8z'
    + 'M13.8 4.5H17a.8.8 0 0 1 .8.8v13.4a.8.8 0 0 1-.8.8h-3.2a.8.8 0 0 1-.8-.8V5.3a.8.8 0 0 1 .8-.8z'],
  previous: ['fill', 'M5 5h2v14H5zM19 5.8v12.4a.8.8 0 0 1-1.3.6l-8.2-6.2a.8.8 0 0 1 0-1.2l8.2-6.2a.8.8 0 0 1 1.3.6z'],
  next: ['fill', 'M17 5h2v14h-2zM5 5.8v12.4a.8.8 0 0 0 1.3.6l8.2-6.2a.8.8 0 0 0 0-1.2L6.3 5.2a.8.8 0 0 0-1.3.6z'],
  search: ['line', 'M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16.2 16.2 21 21'],
  volume: ['line', 'M4 9.5v5h3.5L12 19V5L7.5 9.500zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11'],
  muted: ['line', 'M4 9.5v5h3.5L12 19V5L7.5 9.500zM16 9.500l5 5M21 9.500l-5 5'],
  queue: ['line', 'M4 6h16M4 11h16M4 16h9M17 14.500v6l4.5-3z'],
  devices: ['line', 'M3 5h13v4M3 5v10h8M7 19h4M14 12h7v8h-7zM17.500 17.200v.1'],
  close: ['line', 'M6 6l12 12M18 6 6 18'],
  lock: ['line', 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3'],
  check: ['line', 'M5 12.5 10 17.5 19.5 7'],
  help: ['line', 'M9 9.200a3 3 0 1 1 4.3 2.700c-.9.5-1.3 1-1.3 2.100M12 17.600v.1'],
  retry: ['line', 'M19 12a7 7 0 1 1-2.2-5.100M19 3.500V8h-4.5'],
  back: ['line', 'M14.5 6 8.5 12l6 6'],
  forward: ['line', 'M9.5 6l6 6-6 6'],
  signOut: ['line', 'M14 4H5v16h9M10 12h10M16.5 8.5 20 12l-3.5 3.5'],
};

/** Creates an icon. Hidden from assistive technology, because the control around it has the label. */
export function icon(name) {
  const [kind, path] = shapes[name];
  return s('svg', { class: `icon icon-${kind}`, viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
    s('path', { d: path }));
}

/** Creates the logo: a setting sun, cut into bands. */
export function logo() {
  return s('svg', { class: 'mark', viewBox: '0 0 32 32', 'aria-hidden': 'true', focusable: 'false' },
    s('circle', { class: 'mark-halo', cx: 16, cy: 16, r: 15.5 }),
    [[3, 17.2], [18.6, 21.6], [23, 25.2], [26.6, 28]].map(([top, bottom]) => s('path', { class: 'mark-band', d: band(top, bottom) })));
}

// Returns the path of the part of a disc between two heights.
function band(top, bottom) {
  const radius = 13;
  const half = y => Math.sqrt(Math.max(0, radius ** 2 - (y - 16) ** 2));
  const [upper, lower] = [half(top), half(bottom)];
  return `M${16 - upper} ${top}A${radius} ${radius} 0 0 0 ${16 - lower} ${bottom}`
    + `H${16 + lower}A${radius} ${radius} 0 0 0 ${16 + upper} ${top}z`;
}
