// Creates elements from data. Text becomes text nodes and attributes are set by name, so that catalog data is never parsed as
// markup.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Creates an element.
 * @param {string} tag
 * @param {object} [props] attributes, and the special members `on` (listeners by event), `data` (data-* attributes) and `vars`
 *   (CSS custom properties); true sets an attribute without a value; false, null and undefined omit it
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** Creates an SVG element. */
export function s(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

/** Replaces the children of an element. */
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
