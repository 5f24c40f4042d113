// Elements from data. Text only ever becomes text nodes, and attributes are set by name, so that nothing that comes from the
// catalog can become markup.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an element.
 * @param {string} tag
 * @param {object} [props] attributes; `class`, `on` (listeners by event), `data` (data-*) and `vars` (CSS custom properties) are special;
 *   true sets an attribute without value; false, null and undefined leave it out
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** Makes an SVG element. */
export function s(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

/** Replaces what an element holds. */
export function replace(parent, ...children) {
  parent.replaceChildren(...flatten(children));
  return parent;
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name === 'on') for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name === 'data') Object.assign(element.dataset, value);
    else if (name === 'vars') for (const [variable, text] of Object.entries(value)) element.style.setProperty(`--${variable}`, text);
    else element.setAttribute(name, value === true ? '' : value);
  }

  element.append(...flatten(children));
  return element;
}

function flatten(children) {
  return children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false);
}
