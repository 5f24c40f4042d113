import { h, s } from './dom.js';

// Generated covers for entities without an image. The entity's id seeds the choice of drawing and palette, so an entity always
// gets the same cover.

const palettes = [
  { background: '#2b1d3a', shapes: ['#ff9466', '#f6c177', '#e05d7a'] },
  { background: '#10302f', shapes: ['#86d9c0', '#f2e8cf', '#e9724c'] },
  { background: '#1d2a4a', shapes: ['#8fb8ff', '#f5d6a8', '#ff7a70'] },
  { background: '#3a1420', shapes: ['#ff6f61', '#ffd29d', '#c2467a'] },
  { background: '#23301c', shapes: ['#b5d16b', '#f4efd3', '#e0a458'] },
  { background: '#2a2440', shapes: ['#b69cff', '#ffb3c7', '#6ee7d8'] },
  { background: '#33250f', shapes: ['#f4b942', '#fff1d0', '#d1603d'] },
  { background: '#0f2d3d', shapes: ['#4fc3d9', '#fde2b3', '#f2785c'] },
];

const drawings = [sunrise, grooves, waves, bars, tiles, moons];

/** Returns the background color for an entity. */
export function backgroundColor(seed) {
  return palettes[hash(seed) % palettes.length].background;
}

/** Returns the accent color for an entity. */
export function accentColor(seed) {
  return palettes[hash(seed) % palettes.length].shapes[0];
}

/**
 * Creates an image element over a generated cover. The cover stays visible until the image has loaded, or if there is none.
 * @param {{url: string, width?: number}[]} images as in API responses: the largest first
 * @param {string} seed determines the generated cover; usually the entity's id
 * @param {number} size in CSS pixels; the smallest sufficient image is used
 */
export function artwork(images, seed, size, className = '') {
  const frame = h('div', { class: `artwork ${className}`, 'aria-hidden': 'true' }, generatedCover(seed));
  const wanted = size * (window.devicePixelRatio || 1);
  const image = [...images ?? []].reverse().find(candidate => (candidate.width ?? Infinity) >= wanted) ?? images?.[0];
  if (image) {
    const picture = h('img', { alt: '', loading: 'lazy', decoding: 'async', draggable: 'false' });
    picture.addEventListener('load', () => picture.classList.add('is-loaded'));
    picture.addEventListener('error', () => picture.remove());
    picture.src = image.url;
    frame.append(picture);
  }

  return frame;
}

function generatedCover(seed) {
  const number = hash(seed);
  const { background, shapes } = palettes[number % palettes.length];
  const random = randomSequence(number);
  return s('svg', { viewBox: '0 0 100 100', preserveAspectRatio: 'xMidYMid slice', focusable: 'false' },
    s('rect', { width: 100, height: 100, fill: background }),
    drawings[Math.floor(number / palettes.length) % drawings.length](shapes, random, background));
}

function sunrise([sun, sky, sea], random) {
  const horizon = 58 + random() * 12;
  const radius = 20 + random() * 12;
  const x = 32 + random() * 36;
  return [
    s('circle', { cx: x, cy: horizon, r: radius + 13, fill: sea, opacity: 0.35 }),
    s('circle', { cx: x, cy: horizon, r: radius, fill: sun }),
    s('rect', { y: horizon, width: 100, height: 100, fill: sea }),
    ...[0, 1, 2, 3].map(i => s('rect', {
      x: x - radius + i * 6, y: horizon + 5 + i * 7, width: radius * 2 - i * 12, height: 2.4, rx: 1.2, fill: sky, opacity: 0.9 - i * 0.2,
    })),
  ];
}

function grooves([disc, label, rim], random) {
  const x = random() > 0.5 ? 50 : 100;
  return [
    ...[46, 40, 34, 28].map((r, i) => s('circle', {
      cx: x, cy: 50, r: r * (x === 100 ? 1.7 : 1), fill: 'none', stroke: i % 2 ? rim : disc, 'stroke-width': 2.6,
    })),
    s('circle', { cx: x, cy: 50, r: x === 100 ? 30 : 17, fill: label }),
    s('circle', { cx: x, cy: 50, r: x === 100 ? 6 : 3.5, fill: rim }),
  ];
}

function waves(shapes, random) {
  const height = 7 + random() * 8;
  return [0, 1, 2, 3, 4].map(i => {
    const y = 26 + i * 15;
    return s('path', {
      d: `M-5 ${y} q 13.75 ${-height * 2} 27.5 0 t 27.5 0 t 27.5 0 t 27.5 0 t 27.5 0 V 105 H -5 z`,
      fill: shapes[i % 3], opacity: 0.92, transform: `translate(${-random() * 20} 0)`,
    });
  });
}

function bars(shapes, random) {
  return Array.from({ length: 9 }, (_, i) => {
    const height = 16 + random() * 62;
    return s('rect', { x: 10 + i * 9.2, y: 50 - height / 2, width: 5.4, height, rx: 2.7, fill: shapes[Math.floor(random() * 3)] });
  });
}

function tiles(shapes, random) {
  const corners = [
    'M0 0h25a25 25 0 0 1-25 25z', 'M25 0v25a25 25 0 0 1-25-25z', 'M25 25H0a25 25 0 0 1 25-25z', 'M0 25V0a25 25 0 0 1 25 25z',
  ];
  return Array.from({ length: 16 }, (_, i) => s('path', {
    d: corners[Math.floor(random() * 4)],
    fill: shapes[Math.floor(random() * 3)],
    transform: `translate(${(i % 4) * 25} ${Math.floor(i / 4) * 25})`,
  }));
}

function moons([moon, halo, other], random, background) {
  const x = 38 + random() * 24;
  const y = 36 + random() * 16;
  return [
    s('circle', { cx: x, cy: y, r: 27, fill: moon }),
    s('circle', { cx: x + 9 + random() * 8, cy: y - 6, r: 23, fill: background }),
    ...[0, 1, 2].map(i => s('path', {
      d: `M${-5} ${76 + i * 8} Q 50 ${62 + i * 9 + random() * 6} 105 ${76 + i * 8} V 105 H -5 z`,
      fill: i === 1 ? halo : other,
      opacity: 0.95 - i * 0.15,
    })),
  ];
}

// FNV-1a, 32 bits.
function hash(text) {
  let value = 0x811c9dc5;
  for (const character of text ?? '') value = Math.imul(value ^ character.charCodeAt(0), 0x01000193);
  return value >>> 0;
}

// The mulberry32 generator: the same numbers from 0 to 1 for the same seed.
function randomSequence(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
